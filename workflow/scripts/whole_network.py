"""The study `whole_network`: its table by seed and over the seeds, and its figure."""

import pandas as pd
from job import start

from nodal.figures.style import save
from nodal.figures.whole_network import pruned_networks
from nodal.files.studies import read_rows
from nodal.tables.seeds import over_seeds, write_csv
from nodal.tables.whole_network import KEYS, whole_network

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
of_kind = [map(read_rows, files[kind]) for kind in settings["layers"]]
rows = {
    seed: pd.concat(tables, ignore_index=True)
    for seed, *tables in zip(settings["seeds"], *of_kind, strict=True)
}
long = whole_network(rows)
table = over_seeds(long, KEYS)
write_csv(snakemake.output.whole_network, table)
write_csv(snakemake.output.whole_network_seeds, long)
save(pruned_networks(table), snakemake.output.pdf, snakemake.output.png)
