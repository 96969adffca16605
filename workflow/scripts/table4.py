"""Table 4: labels and super-classes that each head owns, beside what random nodes and random labels give."""

import logging

import numpy as np
from job import start

from nodal.attention.superclasses import filled_columns
from nodal.files.accuracy import read_accuracy
from nodal.files.dataset import label_names
from nodal.files.ownership import read_frames, read_groups
from nodal.tables.heads import head_rows, labels_by_head
from nodal.tables.seeds import write_csv
from nodal.tables.superclasses import filled_at_random

SIMULATIONS = 50_000  # as in the paper

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
superclass = np.array(label_names(files.data)[1], np.int64)
if not filled_columns(superclass):
    logging.warning("the data set has no super-classes of equal size: Table 4 counts labels alone")
rows, nulls = [], {}
for seed, *paths, groups, counts in zip(
    settings["seeds"], files.appearances, files.null, files.rotated, files.groups, files.accuracy, strict=True
):
    counted, nulls[seed], rotated = read_frames(*paths)
    controls = rotated, read_groups(groups)
    found = head_rows(counted, nulls[seed], *controls, read_accuracy(counts), superclass)
    rows += [{"seed": seed, **row} for row in found]
heads, seeds = labels_by_head(rows, nulls, superclass, settings["paper"])
write_csv(snakemake.output.heads, heads)
write_csv(snakemake.output.seeds, seeds)
owned = {row["labels"] for row in rows if row["head"]} - {0}
random = filled_at_random(owned, superclass, SIMULATIONS, np.random.default_rng(0))
write_csv(snakemake.output.random, random)
