"""What each part of the network matters, as a table and a figure."""

import logging

from job import start

from nodal.figures.importance import what_matters
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.tables.importance import importance
from nodal.tables.seeds import write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
zeroed, backbone = (
    dict(zip(settings["seeds"], map(read_accuracy, files[name]), strict=True))
    for name in ("zeroed", "backbone")
)
pruned = [settings[key] for key in ("pruning.block", "pruning.also") if settings[key]]
table, seeds = importance(zeroed, backbone, pruned)
for row in table[table["note"] != ""].itertuples():
    logging.warning("block %s %s", row.block, row.note)
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
save(what_matters(table), snakemake.output.pdf, snakemake.output.png)
