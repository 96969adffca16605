"""Table 5: labels that the heads of each block own, beside the node-permutation null."""

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.files.parquet import read_table
from nodal.paper import DEPTH, TABLE5
from nodal.tables.heads import table5_rows
from nodal.tables.seeds import over_seeds, with_paper, write_csv

start(snakemake)
rows = []
inputs = (snakemake.input.appearances, snakemake.input.null, snakemake.input.accuracy)
for counted, null, counts in zip(*inputs, strict=True):
    tables = (read_table(path)[0].to_pandas() for path in (counted, null))
    rows += table5_rows(*tables, read_accuracy(counts))
heads = [f"head{head}" for head in range(1, 5) if f"head{head}" in rows[0]]
names = ["accuracy", *heads, "labels"] if len(heads) == 4 else ["accuracy"]
printed = TABLE5 if snakemake.params.settings["depth"] == DEPTH else {}
table = over_seeds(rows, ["block"])
write_csv(snakemake.output[0], with_paper(table, ["block"], names, printed))
