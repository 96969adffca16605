"""The report: one page with everything in it, to be read offline."""

from pathlib import Path

from job import start

from nodal.files.atomic import replacing
from nodal.files.dataset import described
from nodal.report.page import Sources, page

snakemake = start()
config, files, runs = snakemake.params.settings, snakemake.input, snakemake.params.runs


def by_run(paths: list[str]) -> dict[str, list[Path]]:
    """Files below the folders of the runs."""
    return {run: [path for path in map(Path, paths) if path.parts[1] == run] for run in runs}


sources = Sources(
    template=Path(files.template),
    style=Path(files.style),
    scripts=map(Path, files.scripts),
    provenance=Path(files.provenance),
    claims=Path(files.claims),
    tables=by_run(files.tables),
    unified=Path(files.unified) if files.unified else None,
    ownership=Path(files.ownership) if files.ownership else None,
    figures=map(Path, files.figures),
    opening=map(Path, files.opening),
    data={name: described(path) for name, path in zip(runs, files.data, strict=True)},
    snp=by_run(files.snp),
)
with replacing(snakemake.output[0]) as temporary:
    temporary.write_text(page(sources, config), encoding="utf-8")
