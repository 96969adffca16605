"""The study `skip`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.skip import skips_shown
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.files.studies import read_rows
from nodal.tables.seeds import write_study
from nodal.tables.skip import KEYS, skip_tables

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
sizes, averages, counts = (
    dict(zip(settings["seeds"], map(read, paths), strict=True))
    for read, paths in (
        (read_rows, files.sizes), (read_rows, files.averages), (read_accuracy, files.accuracy)
    )
)  # fmt: skip
tables = skip_tables(sizes, averages, counts, settings["blocks"])
shown = {name: write_study(snakemake.output, name, long, KEYS[name]) for name, long in tables.items()}
save(skips_shown(shown, settings["paper"]), snakemake.output.pdf, snakemake.output.png)
