"""Table 2: signal, noise and their ratio block by block, held out and with shuffled weights too."""

from itertools import chain

from job import start

from nodal.tables.blocks import snr_by_block
from nodal.tables.seeds import write_csv
from nodal.tables.summaries import rotated_summaries, tap_summaries

snakemake = start()
files = snakemake.input
summaries = chain(tap_summaries(files.clusters, files.statistics), rotated_summaries(files.rotated))
table, seeds = snr_by_block(summaries, snakemake.params.settings["paper"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
