"""All runs beside each other, as a table and a figure."""

import pandas as pd
from job import start

from nodal.figures.compare import compared
from nodal.figures.style import save
from nodal.tables.compare import runs_compared
from nodal.tables.seeds import write_csv

snakemake = start()
files, runs = snakemake.input, snakemake.params.settings["runs"]
tables = {
    run: (pd.read_csv(clusters), pd.read_csv(signal))
    for run, clusters, signal in zip(runs, files.clusters, files.signal, strict=True)
}
table = runs_compared(tables)
write_csv(snakemake.output.table, table)
save(compared(table), snakemake.output.pdf, snakemake.output.png)
