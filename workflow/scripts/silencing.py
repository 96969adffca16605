"""The study `silencing`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.silenced_nodes import silenced_nodes
from nodal.figures.style import save
from nodal.files.studies import read_rows
from nodal.tables.seeds import write_study
from nodal.tables.silencing import KEYS, RETRAINED_KEYS, retrained_table, silencing_curves, silencing_table

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
curves, retrained = (
    dict(zip(settings["seeds"], map(read_rows, files[name]), strict=True)) for name in ("curves", "retrained")
)
output = snakemake.output
table = write_study(output, "silencing", silencing_table(curves), KEYS)
table_again = write_study(output, "silencing_retrained", retrained_table(retrained), RETRAINED_KEYS)
save(
    silenced_nodes(silencing_curves(curves), table, table_again, settings["tap"]),
    output.pdf,
    output.png,
)
