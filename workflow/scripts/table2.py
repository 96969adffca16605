"""Table 2: signal, noise and their ratio block by block, held out and with shuffled weights too."""

from collections import defaultdict

from job import start

from nodal.architectures.cct import tap_block
from nodal.paper import DEPTH, TABLE2
from nodal.tables.blocks import SUFFIX, table2_columns, tap_summaries
from nodal.tables.seeds import over_seeds, with_paper, write_csv

start(snakemake)
records = defaultdict(dict)
for at in tap_summaries(snakemake.input.clusters, snakemake.input.statistics):
    records[at.threshold, tap_block(at.tap)[1], at.seed].update(
        table2_columns(at.summary, SUFFIX[at.variant])
    )

# The paper's threshold first, then the others; the last block on top, as printed.
ordered = sorted(records, key=lambda key: (key[0] != 0.3, key[0], -key[1], key[2]))
table = over_seeds(
    [{"threshold": key[0], "block": key[1], **records[key]} for key in ordered], ["threshold", "block"]
)
comparable = snakemake.params.settings["depth"] == DEPTH
printed = {(0.3, block): values for block, values in TABLE2.items() if comparable}
names = ["signal", "noise_internal", "noise_external", "snr"]
write_csv(snakemake.output[0], with_paper(table, ["threshold", "block"], names, printed))
