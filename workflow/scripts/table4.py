"""Table 4: labels and super-classes that each head owns, beside what random nodes and random labels give."""

import logging

import numpy as np
import pandas as pd
from job import start

from nodal.attention.superclasses import filled_columns
from nodal.files.accuracy import read_accuracy
from nodal.files.labels import label_names
from nodal.files.parquet import read_table
from nodal.paper import DEPTH, TABLE4, TABLE4_RANDOM
from nodal.tables.heads import random_rows, table4_rows
from nodal.tables.seeds import over_seeds, with_paper, write_csv

start(snakemake)
SIMULATIONS = 50_000  # as in the paper
superclass = np.array(label_names(snakemake.input.data)[1], np.int64)
filled = filled_columns(superclass)
if not filled:
    logging.warning("the data set has no super-classes of equal size: Table 4 counts labels alone")

rows = []
inputs = (snakemake.input.appearances, snakemake.input.null, snakemake.input.accuracy)
for counted, null, counts in zip(*inputs, strict=True):
    tables = (read_table(path)[0].to_pandas() for path in (counted, null))
    rows += table4_rows(*tables, read_accuracy(counts), superclass)
table = over_seeds(rows, ["block", "head"])
comparable = len(filled) == 5 and snakemake.params.settings["depth"] == DEPTH
printed = TABLE4 if comparable else {}
write_csv(snakemake.output.heads, with_paper(table, ["block", "head"], ["labels", *filled], printed))

occurred = {row["labels"] for row in rows if row["head"]} - {0}
printed_sizes = {labels for labels in TABLE4_RANDOM if labels <= len(superclass)}
chosen = sorted(printed_sizes | occurred, reverse=True) if filled else []
means = {(labels, i): value for labels, row in TABLE4_RANDOM.items() for i, value in enumerate(row, 1)}
is_papers = len(superclass) == 100 and len(filled) == 5
random = pd.DataFrame(
    random_rows(chosen, superclass, SIMULATIONS, np.random.default_rng(0)),
    columns=["labels", "filled", "expected", "simulated"],
)
random["paper"] = [
    means.get(key) if is_papers else None for key in zip(random["labels"], random["filled"], strict=True)
]
write_csv(snakemake.output.random, random)
