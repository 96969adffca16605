"""Basis privilege of all runs in one table, with the accuracies of their probes."""

import pandas as pd
from job import start

from nodal.files.accuracy import accuracy, read_accuracy
from nodal.tables.privilege import privilege_of_runs
from nodal.tables.seeds import write_csv

# What the table calls a probe in a random basis; those on the untrained network have no rows.
TURNED = {"trained": "rotated_probe", "untrained": "untrained_rotated_probe"}

snakemake = start()
files, settings = snakemake.input, snakemake.params.settings
tables = {run: pd.read_csv(path) for run, path in zip(settings["runs"], files.tables, strict=True)}
rows = []
for (run, name, network), path in zip(settings["probes"], files.accuracy, strict=True):
    counts = read_accuracy(path)
    for probe in counts["tap"].unique():
        place = {"run": run, "set": name, "tap": probe, "network": network}
        if probe.endswith("-rotated"):
            place |= {"tap": probe.removesuffix("-rotated"), "network": TURNED[network]}
        rows.append({**place, "accuracy": accuracy(counts, tap=probe, split="test", head=0)})
write_csv(snakemake.output[0], privilege_of_runs(tables, pd.DataFrame(rows)))
