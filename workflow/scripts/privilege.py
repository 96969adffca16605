"""Basis privilege of every tap of a run, as a table and a figure."""

from itertools import product

import pandas as pd
from job import start

from nodal.figures.privilege import basis_privilege
from nodal.figures.style import save
from nodal.files.rotated import read_rotated
from nodal.tables.privilege import privilege
from nodal.tables.seeds import at_main_threshold, write_csv

snakemake = start()
settings = snakemake.params.settings
keys = product(settings["sets"], settings["seeds"])
tables = {key: read_rotated(path) for key, path in zip(keys, snakemake.input, strict=True)}
table = privilege(tables)
write_csv(snakemake.output.table, table)
shown = pd.concat([at_main_threshold(here) for _, here in table.groupby("set", sort=False)])
save(basis_privilege(shown), snakemake.output.pdf, snakemake.output.png)
