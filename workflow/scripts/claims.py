"""Judge every claim of the paper by its rule."""

from pathlib import Path

import pandas as pd
import yaml
from job import start

from nodal.claims.judging import claim_table
from nodal.tables.seeds import write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
claims = yaml.safe_load(Path(files.claims).read_text(encoding="utf-8"))
tables = {Path(path).stem.removesuffix("_seeds"): pd.read_csv(path) for path in files.tables}
for role in ("text", "cnn"):
    for path in map(Path, files.get(role, [])):
        tables[f"{role}_{path.stem.removesuffix('_seeds')}"] = pd.read_csv(path)
# What only all seeds together say: p values and intervals.
tables |= {f"joint_{Path(path).stem}": pd.read_csv(path) for path in files.joint}
for name in ("ownership", "joint_ownership"):
    for role, run in settings["runs"].items() if name in tables else ():
        tables[f"{role}_{name}"] = tables[name][tables[name]["run"] == run]
write_csv(snakemake.output[0], claim_table(claims, tables, settings["runs"], settings["paper"]))
