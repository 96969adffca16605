"""Table 3: the layers of the pruned block, and what pruning costs beside every other way to prune."""

from collections import defaultdict

import pandas as pd
from job import start

from nodal.architectures.cct import prunable_layers
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.tensors import read_arrays
from nodal.paper import DEPTH, DILUTION, PRUNED_BLOCK, PRUNED_FC, TABLE3
from nodal.tables.blocks import SUFFIX, table1_columns, tap_summaries
from nodal.tables.seeds import over_seeds, with_paper, write_csv

start(snakemake)
settings = snakemake.params.settings
seeds, block, thresholds = settings["seeds"], settings["pruning.block"], settings["pruning.thresholds"]


def per_seed(paths: list[str]) -> dict:
    return dict(zip(seeds, map(read_accuracy, paths), strict=True))


# Upper part: one row a layer and side.
probes, taps = per_seed(snakemake.input.accuracy), defaultdict(dict)
only = {f"{kind}{block}": threshold for kind, threshold in thresholds.items()}
for at in tap_summaries(snakemake.input.clusters, snakemake.input.statistics, only):
    taps[at.tap, at.seed].update(table1_columns(at.summary, SUFFIX[at.variant]))
masks = {seed: read_arrays(path) for seed, path in zip(seeds, snakemake.input.masks, strict=True)}
weights = dict(zip(DILUTION, prunable_layers(block), strict=True))
records, printed = [], {}
for layer, side, kind, paper_threshold, *values in TABLE3:
    printed[layer, side] = (paper_threshold, *values, DILUTION[layer])
    for seed in seeds:
        keys = {"layer": layer, "side": side, "tap": f"{kind}{block}", "threshold": thresholds[kind]}
        found = {
            "accuracy": accuracy(probes[seed], tap=keys["tap"], split="test", head=0),
            "accuracy_heldout": accuracy(probes[seed], tap=keys["tap"], split="heldout", head=0),
        }
        dilution = 1 - float(masks[seed][weights[layer]].mean())
        records.append({**keys, **found, **taps[keys["tap"], seed], "dilution": dilution})
table = over_seeds(records, ["layer", "side", "tap", "threshold"])
if settings["model.depth"] != DEPTH:
    printed = {key: (None,) * len(values) for key, values in printed.items()}
table.insert(
    4, "threshold_paper", [printed[key][0] for key in zip(table["layer"], table["side"], strict=True)]
)
names = ["accuracy", "clusters", "size", "diagonal", "noise", "dilution"]
without = {key: values[1:] for key, values in printed.items()}
write_csv(snakemake.output.layers, with_paper(table, ["layer", "side"], names, without))

# Lower part: one row an experiment and mask.
records = []
for name, by_seed in (("block", per_seed(snakemake.input.retrained)), ("fc", per_seed(snakemake.input.fc))):
    for counts in by_seed.values():
        for threshold in counts["threshold"].unique() if name == "fc" else [float("nan")]:
            part = counts[counts["threshold"] == threshold] if name == "fc" else counts
            for mask in part["mask"].unique():
                record = {"pruned": name, "threshold": threshold, "mask": mask}
                record["density"] = part.loc[part["mask"] == mask, "density"].iloc[0]
                for stage in ("masked", "retrained"):
                    record[stage] = accuracy(part, mask=mask, stage=stage, split="test")
                    record[f"{stage}_heldout"] = accuracy(part, mask=mask, stage=stage, split="heldout")
                records.append(record)
for counts in per_seed(snakemake.input.backbone).values():
    untouched = {
        "masked": accuracy(counts, split="test"),
        "masked_heldout": accuracy(counts, split="heldout"),
    }
    records.append(
        {"pruned": "nothing", "threshold": float("nan"), "mask": "backbone", "density": 1.0, **untouched}
    )
table = over_seeds(records, ["pruned", "threshold", "mask"])
paper = {("block", mask): (value,) for mask, value in PRUNED_BLOCK.items()}
paper |= {(f"fc{threshold}", mask): (value,) for (threshold, mask), value in PRUNED_FC.items()}
if settings["model.depth"] != DEPTH:
    paper = {}
table["where"] = table["pruned"] + table["threshold"].map(lambda value: "" if pd.isna(value) else str(value))
table = with_paper(table, ["where", "mask"], ["retrained"], paper).drop(columns="where")
write_csv(snakemake.output.pruning, table)
