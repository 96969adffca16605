"""Labels that attention heads own, in all blocks of all runs."""

from itertools import product

from job import start

from nodal.files.ownership import Frames, read_frames
from nodal.tables.ownership import ownership
from nodal.tables.seeds import write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
runs: dict[str, dict[int, Frames]] = {run: {} for run in settings["ratios"]}
keys = product(settings["ratios"], settings["seeds"])
for (run, seed), *paths in zip(keys, files.appearances, files.null, files.rotated, strict=True):
    runs[run][seed] = read_frames(*paths)
table, seeds = ownership(runs, settings["ratios"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
