"""What pruning costs in the block that matters most, beside every other way to prune it."""

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.tables.pruning import masks_compared
from nodal.tables.seeds import write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
retrained, backbone = (
    dict(zip(settings["seeds"], map(read_accuracy, files[name]), strict=True))
    for name in ("retrained", "backbone")
)
table, seeds = masks_compared({"block": retrained}, backbone, printed=False)
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
