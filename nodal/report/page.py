"""The report: tables, claims, figures and provenance on one page that is read offline."""

import base64
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pandas as pd
import yaml
from PIL import Image

from nodal.claims.verdicts import (
    ANSWERED,
    IDENTITY,
    NOT,
    NOT_RUN,
    NOT_TESTABLE,
    PARTLY,
    REPRODUCED,
    UNDISTINGUISHED,
)
from nodal.tables.show import compact

Context = dict[str, Any]

SECTIONS = {
    "runs": "The networks",
    "controls": "How to read the controls",
    "claims": "The claims",
    "tables": "The tables",
    "figures": "The figures",
    "provenance": "Where it comes from",
}
VERDICTS = (REPRODUCED, PARTLY, UNDISTINGUISHED, NOT, NOT_TESTABLE, NOT_RUN)
APART = (IDENTITY, ANSWERED)  # no evidence for or against the paper


@dataclass(frozen=True)
class Sources:
    """The files that the page is made of.

    Attributes:
        template: The page's Jinja template; the captions (`.rst`) lie beside it.
        style: Its style sheet.
        provenance: JSON.
        claims: CSV.
        tables: CSV files, in the order in which they are shown.
        figures: PNG files, in the order in which they are shown.
        opening: PNG files of the main run that open the page.
        data: What is said of the data of each run, by its name; the first run is the main one.
    """

    template: Path
    style: Path
    provenance: Path
    claims: Path
    tables: Iterable[Path]
    figures: Iterable[Path]
    opening: Iterable[Path]
    data: Mapping[str, str]


def page(sources: Sources, config: Mapping[str, Any]) -> str:
    """The whole page as HTML.

    Args:
        sources: The files.
        config: The complete configuration.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(sources.template.parent),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
    )

    def caption(name: str, number: str = "") -> str:
        """The text that Snakemake's own report has for the same file."""
        said = SimpleNamespace(config=config, wildcards=SimpleNamespace(number=number))
        plain = environment.overlay(autoescape=False).get_template(f"{name}.rst")
        return plain.render(snakemake=said).strip()

    runs = {name: config["runs"][name] for name in sources.data}
    main = next(iter(runs))
    provenance = json.loads(sources.provenance.read_text(encoding="utf-8"))
    claims, counts = claim_context(sources.claims)
    figures = [(path, caption("figure", path.stem.removeprefix("fig"))) for path in sources.figures]
    return environment.get_template(sources.template.name).render(
        style=sources.style.read_text(encoding="utf-8"),
        sections=SECTIONS,
        main={"name": main, "settings": runs[main]},
        runs=[{"name": name} for name in runs],
        run_rows=run_context(runs, sources.data),
        claims=claims,
        verdicts={verdict: counts[verdict] for verdict in VERDICTS if verdict in counts},
        apart={verdict: counts[verdict] for verdict in APART if verdict in counts},
        tables=[
            table_context(path, caption("table", path.stem.removeprefix("table"))) for path in sources.tables
        ],
        figures=[figure_context(*figure) for figure in figures],
        opening=[figure_context(path, caption("figure", path.stem)) for path in sources.opening],
        **{key: provenance[key] for key in ("seeds", "stages", "versions", "commit", "machine", "date")},
        config=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
    )


def table_context(path: Path, caption: str) -> Context:
    """A table as rows of text: mean +- sd (paper) in one cell."""
    table = compact(pd.read_csv(path))
    number, _, more = path.stem.removeprefix("table").partition("_")
    rows = [[str(cell).replace("+-", " ± ") for cell in row] for row in table.itertuples(index=False)]
    title = f"Table {number}" + (f": {more.replace('_', ' ')}" if more else "")
    columns = [str(name).replace("_", " ") for name in table]
    return {"name": path.stem, "title": title, "caption": caption, "columns": columns, "rows": rows}


def figure_context(path: Path, caption: str) -> Context:
    """A picture with its size, to be put into the page itself."""
    content = path.read_bytes()
    width, height = Image.open(io.BytesIO(content)).size
    number = path.stem.removeprefix("fig")
    png = base64.b64encode(content).decode()
    return {"number": number, "png": png, "width": width, "height": height, "caption": caption}


def claim_context(path: Path) -> tuple[list[Context], dict[str, int]]:
    """The claims as rows of text, and how many have each verdict."""
    claims = pd.read_csv(path, dtype={"paper": str, "note": str})
    rows = []
    for claim in claims.to_dict("records"):
        texts = {str(key): "" if pd.isna(value) else value for key, value in claim.items()}
        ours = _measured(texts["ours_mean"], texts["ours_sd"])
        control = _measured(texts["control_mean"], "")
        rows.append({**texts, "ours": ours, "control": f"{texts['control']} {control}".strip()})
    counts = claims["verdict"].value_counts()
    return rows, {str(verdict): int(count) for verdict, count in counts.items()}


def run_context(runs: Mapping[str, Mapping[str, Any]], images: Mapping[str, str]) -> list[Context]:
    """A row a property of the runs: data, network and training.

    Args:
        runs: Settings by name of run.
        images: What is said of the data set of each run.
    """
    rows: dict[str, list[object]] = {}
    for name, run in runs.items():
        recipe = run["pretrain"]
        trained = (
            f"published weights of {Path(recipe['checkpoint']).name}"
            if "checkpoint" in recipe
            else f"{recipe['epochs']} epochs, batch {recipe['batch']}, {recipe['optimizer']}"
        )
        rows.setdefault("data", []).append(images[name])
        said = (f"{key} {value}" for key, value in run["model"].items() if value not in ({}, ""))
        rows.setdefault("network", []).append(", ".join(said).replace("_", " "))
        rows.setdefault("training", []).append(trained)
        rows.setdefault("probe sets", []).append(", ".join(run["probes"]))
        rows.setdefault("the paper's own run", []).append("yes" if run["paper"] else "no")
    return [{"name": name, "cells": cells} for name, cells in rows.items()]


def _measured(mean: object, sd: object) -> str:
    if mean == "":
        return ""
    text = f"{float(str(mean)):.3g}"
    return f"{text} ± {float(str(sd)):.2g}" if sd != "" else text
