"""Table 1: accuracy, clusters and noise block by block, with the held-out and the shuffled-weight control."""

from collections import defaultdict

from job import start

from nodal.architectures.cct import tap_block
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.paper import DEPTH, TABLE1
from nodal.tables.blocks import SUFFIX, table1_columns, tap_summaries
from nodal.tables.seeds import over_seeds, with_paper, write_csv

start(snakemake)
counts = dict(
    zip(snakemake.params.settings["seeds"], map(read_accuracy, snakemake.input.accuracy), strict=True)
)
records = defaultdict(dict)
for at in tap_summaries(snakemake.input.clusters, snakemake.input.statistics):
    record = records[at.threshold, tap_block(at.tap)[1], at.seed]
    if not record:
        record["accuracy"] = accuracy(counts[at.seed], tap=at.tap, split="test", head=0)
        record["accuracy_heldout"] = accuracy(counts[at.seed], tap=at.tap, split="heldout", head=0)
    record.update(table1_columns(at.summary, SUFFIX[at.variant]))

# The paper's threshold first, then the others; the last block on top, as printed.
ordered = sorted(records, key=lambda key: (key[0] != 0.3, key[0], -key[1], key[2]))
table = over_seeds(
    [{"threshold": key[0], "block": key[1], **records[key]} for key in ordered], ["threshold", "block"]
)
comparable = snakemake.params.settings["depth"] == DEPTH
printed = {(0.3, block): values for block, values in TABLE1.items() if comparable}
names = ["accuracy", "clusters", "size", "diagonal", "noise"]
write_csv(snakemake.output[0], with_paper(table, ["threshold", "block"], names, printed))
