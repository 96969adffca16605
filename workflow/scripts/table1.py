"""Table 1: accuracy, clusters and noise block by block, with the held-out and the shuffled-weight control."""

from itertools import chain

from job import start

from nodal.files.accuracy import read_accuracy
from nodal.tables.blocks import clusters_by_block
from nodal.tables.seeds import write_csv
from nodal.tables.summaries import rotated_summaries, tap_summaries

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
counts = dict(zip(settings["seeds"], map(read_accuracy, files.accuracy), strict=True))
untrained = dict(zip(settings["seeds"], map(read_accuracy, files.untrained), strict=True))
summaries = chain(tap_summaries(files.clusters, files.statistics), rotated_summaries(files.rotated))
table, seeds = clusters_by_block(summaries, counts, untrained, settings["paper"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
