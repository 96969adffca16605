"""Judge every claim of the paper by its rule."""

from pathlib import Path

import pandas as pd
import yaml
from job import start

from nodal.claims.judging import claim_table
from nodal.tables.seeds import write_csv

snakemake = start()
settings = snakemake.params.settings
claims = yaml.safe_load(Path(snakemake.input.claims).read_text(encoding="utf-8"))
tables = {Path(path).stem: pd.read_csv(path) for path in snakemake.input.tables}
write_csv(snakemake.output[0], claim_table(claims, tables, settings["runs"], settings["paper"]))
