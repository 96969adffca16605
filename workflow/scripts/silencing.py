"""The study `silencing`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.silenced_nodes import silenced_nodes
from nodal.figures.style import save
from nodal.files.studies import read_rows
from nodal.tables.seeds import over_seeds, write_csv
from nodal.tables.silencing import KEYS, RETRAINED_KEYS, retrained_table, silencing_curves, silencing_table

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
curves, retrained = (
    dict(zip(settings["seeds"], map(read_rows, files[name]), strict=True)) for name in ("curves", "retrained")
)
long, again = silencing_table(curves), retrained_table(retrained)
table, table_again = over_seeds(long, KEYS), over_seeds(again, RETRAINED_KEYS)
for name, one in (
    ("silencing", table), ("silencing_seeds", long),
    ("silencing_retrained", table_again), ("silencing_retrained_seeds", again),
):  # fmt: skip
    write_csv(snakemake.output[name], one)
save(
    silenced_nodes(silencing_curves(curves), table, table_again, settings["tap"]),
    snakemake.output.pdf,
    snakemake.output.png,
)
