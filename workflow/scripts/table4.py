"""Table 4: labels and super-classes that each head owns, beside what random nodes and random labels give."""

import json

import numpy as np
import pandas as pd
from job import start
from safetensors import safe_open

from nodal.accuracy_file import accuracy, read_accuracy
from nodal.heads import expected_occupation, occupation, simulated_occupation
from nodal.paper import TABLE4, TABLE4_RANDOM
from nodal.parquet import read_table
from nodal.settings import tap_block
from nodal.specialisation import null_columns, own_and_other_accuracy
from nodal.tables import over_seeds, with_paper, write_csv

start(snakemake)
SIMULATIONS = 50_000  # as in the paper
with safe_open(snakemake.input.data, "np") as data:
    superclass = np.array(json.loads(data.metadata()["superclass"]), np.int64)
if not len(superclass) or len(set(np.bincount(superclass))) > 1:
    raise ValueError("Table 4 needs a data set with super-classes of equal size; tables.main has none")
classes, size = int(superclass.max()) + 1, int(np.bincount(superclass)[0])
filled = [f"filled{i}" for i in range(1, size + 1)]

records, occurred = [], set()
inputs = (snakemake.input.appearances, snakemake.input.null, snakemake.input.accuracy)
for _, *paths in zip(snakemake.params.settings["seeds"], *inputs, strict=True):
    counted, null = (read_table(path)[0].to_pandas() for path in paths[:2])
    counts = read_accuracy(paths[2])
    for tap in sorted(counted["tap"].unique(), key=tap_block, reverse=True):
        total = {}
        for variant in ("own", "heldout"):
            here = counted[(counted["tap"] == tap) & (counted["variant"] == variant)]
            for head, part in here.groupby("head"):
                owned = part.sort_values("label")["owned"].to_numpy()
                suffix = "" if variant == "own" else "_heldout"
                row = total.setdefault(("each", head), {})
                row[f"labels{suffix}"] = int(owned.sum())
                if variant == "own":
                    occurred.add(int(owned.sum()))
                    row |= dict(zip(filled, occupation(owned, superclass), strict=True))
                    expected = expected_occupation(int(owned.sum()), classes, size)
                    row |= {f"{name}_chance": value for name, value in zip(filled, expected, strict=True)}
                    row |= own_and_other_accuracy(counts, tap, head, owned)
            total.setdefault(("all", 0), {})[f"labels{suffix}"] = int(here["owned"].sum())
        total["all", 0] |= {
            name: sum(row[name] for key, row in total.items() if key[0] == "each") for name in filled
        }
        total["all", 0] |= null_columns(null, tap, total["all", 0]["labels"], filled)
        total["all", 0]["accuracy"] = accuracy(counts, tap=tap, split="test", head=0)
        for (_, head), row in total.items():
            records.append({"block": tap_block(tap)[1], "head": head, **row})
# Head 0 stands for all heads together, as a row of its own above them.
records.sort(key=lambda record: (-record["block"], record["head"]))
table = over_seeds(records, ["block", "head"])
write_csv(snakemake.output.heads, with_paper(table, ["block", "head"], ["labels", *filled], TABLE4))

rng = np.random.default_rng(0)
rows = []
for owned in sorted(set(TABLE4_RANDOM) | occurred - {0}, reverse=True):
    simulated, exact = (
        simulated_occupation(owned, superclass, SIMULATIONS, rng),
        expected_occupation(owned, classes, size),
    )
    for i in range(size):
        printed = TABLE4_RANDOM[owned][i] if owned in TABLE4_RANDOM else None
        rows.append(
            {
                "labels": owned,
                "filled": i + 1,
                "expected": exact[i],
                "simulated": simulated[i],
                "paper": printed,
            }
        )
write_csv(snakemake.output.random, pd.DataFrame(rows))
