"""Table 4: labels and super-classes that each head owns, beside what random nodes and random labels give."""

import logging

import numpy as np
from job import start

from nodal.attention.superclasses import filled_columns
from nodal.files.accuracy import read_accuracy
from nodal.files.dataset import label_names
from nodal.files.ownership import read_frames
from nodal.paper import DEPTH
from nodal.tables.heads import head_rows, labels_by_head
from nodal.tables.seeds import write_csv
from nodal.tables.superclasses import filled_at_random

SIMULATIONS = 50_000  # as in the paper

snakemake = start()
files = snakemake.input
superclass = np.array(label_names(files.data)[1], np.int64)
if not filled_columns(superclass):
    logging.warning("the data set has no super-classes of equal size: Table 4 counts labels alone")
rows = [
    row
    for appearances, null, rotated, counts in zip(
        files.appearances, files.null, files.rotated, files.accuracy, strict=True
    )
    for row in head_rows(*read_frames(appearances, null, rotated), read_accuracy(counts), superclass)
]
printed = snakemake.params.settings["depth"] == DEPTH
write_csv(snakemake.output.heads, labels_by_head(rows, superclass, printed))
owned = {row["labels"] for row in rows if row["head"]} - {0}
random = filled_at_random(owned, superclass, SIMULATIONS, np.random.default_rng(0))
write_csv(snakemake.output.random, random)
