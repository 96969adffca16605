"""The report: one page with everything in it, to be read offline."""

from pathlib import Path

from job import start

from nodal.files.atomic import replacing
from nodal.files.dataset import described
from nodal.report.page import Sources, page

snakemake = start()
config, files = snakemake.params.settings, snakemake.input
names = dict.fromkeys(filter(None, config["tables"].values()))
data = {name: described(path) for name, path in zip(names, files.data, strict=True)}
snp = {name: [path for path in map(Path, files.snp) if path.parts[1] == name] for name in config["runs"]}
sources = Sources(
    Path(files.template),
    Path(files.style),
    map(Path, files.scripts),
    Path(files.provenance),
    Path(files.claims),
    map(Path, files.tables),
    map(Path, files.figures),
    map(Path, files.opening),
    data,
    snp,
)
with replacing(snakemake.output[0]) as temporary:
    temporary.write_text(page(sources, config), encoding="utf-8")
