"""Table 5: labels that the heads of each block own, beside the node-permutation null."""

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.files.ownership import read_frames
from nodal.paper import DEPTH
from nodal.tables.heads import block_rows, labels_by_block
from nodal.tables.seeds import write_csv

snakemake = start()
files = snakemake.input
rows = [
    row
    for appearances, null, rotated, counts in zip(
        files.appearances, files.null, files.rotated, files.accuracy, strict=True
    )
    for row in block_rows(*read_frames(appearances, null, rotated), read_accuracy(counts))
]
write_csv(snakemake.output[0], labels_by_block(rows, snakemake.params.settings["depth"] == DEPTH))
