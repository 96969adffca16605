"""What pruning a block, a probe's FC layer or both costs, beside every other way to prune them."""

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.tables.pruning import masks_compared
from nodal.tables.seeds import write_csv

snakemake = start()
settings = snakemake.params.settings
counts = {
    name: dict(zip(settings["seeds"], map(read_accuracy, paths), strict=True))
    for name, paths in snakemake.input.items()
}
backbone = counts.pop("backbone")
table, seeds = masks_compared(counts, backbone, settings["paper"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
