"""Intervals of Tables 1 and 2, and of their differences to every control."""

from job import start

from nodal.tables.intervals import intervals
from nodal.tables.seeds import write_csv

snakemake = start()
write_csv(snakemake.output[0], intervals(snakemake.input.statistics, snakemake.input.rotated))
