"""The report: tables, claims, figures and provenance on one page that is read offline."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import yaml

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
from nodal.report.contexts import claim_context, figure_context, run_context, table_context
from nodal.report.explorer import explorer, inlined
from nodal.report.side_by_side import side_by_side

SECTIONS = {
    "opening": "What was found",
    "words": "The words",
    "runs": "The runs side by side",
    "controls": "How to read the controls",
    "explorer": "Every node",
    "claims": "The claims",
    "tables": "The tables",
    "figures": "The figures",
    "provenance": "Where it comes from",
}
JUDGED = (REPRODUCED, PARTLY, UNDISTINGUISHED, NOT)
VERDICTS = (*JUDGED, NOT_TESTABLE, NOT_RUN)
APART = (IDENTITY, ANSWERED)  # no evidence for or against the paper
# The claims that are the findings, by the figure that shows them: it opens the page.
FINDINGS = {
    "headline": ("A5", "N3", "N3.chance"),
    "privilege": ("N3.nodes",),
    "pruning": ("P1", "P3", "P3.weights", "P3.labels", "P3.nodes", "P6", "P6.matters"),
    "fig10": ("M2", "M15"),
}


@dataclass(frozen=True)
class Sources:
    """The files that the page is made of.

    Attributes:
        template: The page's Jinja template; the captions (`.rst`) lie beside it.
        style: Its style sheet.
        scripts: JavaScript that the page brings along, in their order.
        provenance: JSON.
        claims: CSV.
        tables: CSV files by run, in the order in which they are shown.
        unified, ownership: CSV files on all runs; none where no run has what they count.
        figures: PNG files, in the order in which they are shown.
        opening: PNG files of the main run that open the page, beside those of `figures` that show findings.
        data: What is said of the data of each run, by its name; the first run is the main one.
        snp: SNP (single-nodal performance) files of one seed by run, for the explorer.
    """

    template: Path
    style: Path
    scripts: Iterable[Path]
    provenance: Path
    claims: Path
    tables: Mapping[str, Sequence[Path]]
    unified: Path | None
    ownership: Path | None
    figures: Iterable[Path]
    opening: Iterable[Path]
    data: Mapping[str, str]
    snp: Mapping[str, Sequence[Path]]


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

    runs = {name: config["runs"][name] for name in sources.data}
    main = next(iter(runs))

    def caption(name: str, number: str, run: str = "") -> str:
        """The text that Snakemake's own report has for the same file, of the main or any other run."""
        of_run = {**config, "tables": dict.fromkeys(config["tables"], run or main)}
        said = SimpleNamespace(config=of_run, wildcards=SimpleNamespace(number=number))
        plain = environment.overlay(autoescape=False).get_template(f"{name}.rst")
        return plain.render(snakemake=said).strip()

    provenance = json.loads(sources.provenance.read_text(encoding="utf-8"))
    claims, counts = claim_context(sources.claims)
    by_id = {claim["id"]: claim for claim in claims}
    figures = {
        path.stem: figure_context(path, caption("figure", path.stem.removeprefix("fig")))
        for path in [*sources.opening, *sources.figures]
    }
    across = [path for path in (sources.unified, sources.ownership) if path]
    by_name = {run: {path.stem: path for path in paths} for run, paths in sources.tables.items()}
    pruning = {run: paths["table3_pruning"] for run, paths in by_name.items() if "table3_pruning" in paths}
    tables = {
        run: [table_context(path, caption("table", path.stem.removeprefix("table"), run)) for path in paths]
        for run, paths in {**sources.tables, "": across}.items()
        if paths
    }
    shown = [
        figures.pop(name) | {"findings": [by_id[id] for id in ids if id in by_id]}
        for name, ids in FINDINGS.items()
        if name in figures
    ]
    return environment.get_template(sources.template.name).render(
        style=sources.style.read_text(encoding="utf-8"),
        scripts=inlined(sources.scripts),
        explorer=explorer(sources.snp, config["runs"]),
        sections=SECTIONS,
        main={"name": main, "settings": runs[main], "data": sources.data[main]},
        accuracy=by_id["A1"]["ours"] if "A1" in by_id else "",
        runs=list(runs),
        run_rows=[
            *side_by_side(list(runs), sources.unified, sources.ownership, pruning),
            *run_context(runs, sources.data),
        ],
        groups={
            verdict: [claim for claim in claims if claim["verdict"] == verdict]
            for verdict in (*VERDICTS, *APART)
            if verdict in counts
        },
        verdicts={verdict: counts[verdict] for verdict in VERDICTS if verdict in counts},
        judged=JUDGED,
        apart={verdict: counts[verdict] for verdict in APART if verdict in counts},
        tables=tables,
        figures=list(figures.values()),
        opening=shown,
        **{key: provenance[key] for key in ("seeds", "stages", "versions", "commit", "machine", "date")},
        config=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
    )
