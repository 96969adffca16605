"""What the report's template shows: tables, figures, claims and runs, as text and as data in the page."""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from nodal.tables.show import compact

Context = dict[str, Any]


def table_context(path: Path, caption: str) -> Context:
    """A table as rows of text, mean +- sd (paper) in one cell; and the whole file, to be saved."""
    table = compact(pd.read_csv(path))
    number, _, more = path.stem.removeprefix("table").partition("_")
    rows = [[str(cell).replace("+-", " ± ") for cell in row] for row in table.itertuples(index=False)]
    title = f"Table {number}" if number.isdecimal() else path.stem.capitalize()
    title += f": {more.replace('_', ' ')}" if more else ""
    columns = [str(name).replace("_", " ") for name in table]
    context = {"name": path.stem, "title": title, "caption": caption, "columns": columns, "rows": rows}
    return {**context, "csv": base64.b64encode(path.read_bytes()).decode()}


def figure_context(path: Path, caption: str) -> Context:
    """A picture with its size, to be put into the page itself: WebP without loss, half as large as PNG."""
    picture, packed = Image.open(path), io.BytesIO()
    picture.save(packed, format="WEBP", lossless=True)
    data = f"data:image/webp;base64,{base64.b64encode(packed.getvalue()).decode()}"
    number = path.stem.removeprefix("fig")
    title = f"Figure {number}" if number.isdecimal() else ""
    context = {"name": path.stem, "title": title, "data": data, "caption": caption}
    return {**context, "width": picture.width, "height": picture.height}


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
