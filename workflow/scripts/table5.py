"""Table 5: labels that the heads of each block own, beside the node-permutation null."""

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.files.ownership import read_frames
from nodal.tables.heads import block_rows, labels_by_block
from nodal.tables.seeds import write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
rows, nulls = [], {}
for seed, *paths, counts in zip(
    settings["seeds"], files.appearances, files.null, files.rotated, files.accuracy, strict=True
):
    counted, nulls[seed], rotated = read_frames(*paths)
    found = block_rows(counted, nulls[seed], rotated, read_accuracy(counts))
    rows += [{"seed": seed, **row} for row in found]
table, seeds = labels_by_block(rows, nulls, settings["paper"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
