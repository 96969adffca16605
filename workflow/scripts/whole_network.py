"""The study `whole_network`: its table by seed and over the seeds, and its figure."""

import pandas as pd
from job import start

from nodal.figures.style import save
from nodal.figures.whole_network import pruned_networks
from nodal.files.studies import read_rows
from nodal.tables.seeds import write_study
from nodal.tables.whole_network import KEYS, whole_network

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
of_kind = [map(read_rows, files[kind]) for kind in settings["layers"]]
rows = {
    seed: pd.concat(tables, ignore_index=True)
    for seed, *tables in zip(settings["seeds"], *of_kind, strict=True)
}
table = write_study(snakemake.output, "whole_network", whole_network(rows), KEYS)
save(pruned_networks(table), snakemake.output.pdf, snakemake.output.png)
