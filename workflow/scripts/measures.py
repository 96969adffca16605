"""Numbers that claims need beyond the tables: of each seed, mean and sd over them, and joint p values."""

from collections import defaultdict

import numpy as np
from job import start

from nodal.attention.chance import joint_p_value, null_appearances
from nodal.attention.owned_accuracy import owned_accuracy
from nodal.claims import measures
from nodal.files.accuracy import accuracy, label_accuracy, read_accuracy
from nodal.files.attention_fields import read_similarity
from nodal.files.clusters import read_clusters, read_noise
from nodal.files.dataset import label_names
from nodal.files.ownership import owned_in_last_blocks, read_heads
from nodal.files.snp import read_snp
from nodal.files.sweep import read_sweep
from nodal.tables.seeds import by_seed, over_seeds, write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
figures, chosen = settings["figures"], settings["specialisation"]
has = dict(files.items())
names, groups = label_names(files.data)
superclass, number_of_labels = np.array(groups, np.int64), len(names)

records = []
by_chance = defaultdict(list)
for number, seed in enumerate(settings["seeds"]):
    rng = np.random.default_rng([seed, 15])
    found: measures.Measures = {"labels": (number_of_labels, float("nan"))}
    for role in settings["roles"]:
        answers = read_accuracy(files[f"network_{role}"][number])
        found[f"network_{role}"] = accuracy(answers, split="test"), 1 / answers["label"].nunique()
    if figures:
        threshold, swept = figures["threshold"], figures["sweep"][0].partition("/")[0]
        of_layer = [
            measures.layer_measures(
                read_snp(has[f"snp{network}"][number])[0],
                read_clusters(has[f"clusters{network}"][number], threshold),
                read_noise(has[f"statistics{network}"][number], threshold),
            )
            for network in ("", "_untrained")
        ]
        found |= measures.beside(*of_layer)
        sweep = read_sweep(files.sweep[number])
        sweep = sweep[sweep["set"] == swept]
        found |= measures.beside(
            *(measures.sweep_measures(sweep[sweep["variant"] == network]) for network in ("", "untrained"))
        )
    if chosen:
        counts, owner, _ = read_heads(files.appearances[number])
        sets = read_clusters(files.heads[number], chosen["threshold"]) >= 0
        null = null_appearances(sets, len(counts), chosen["draws"], rng)
        found |= measures.head_measures(counts, null, owner, superclass)
        owned = list(owned_in_last_blocks(files.appearances[number]).values())
        by_label = label_accuracy(read_accuracy(files.network_main[number]), split="test")
        for block, (difference, draws) in owned_accuracy(by_label, owned, rng).items():
            found[f"owned_accuracy_{block}"] = difference, float("nan")
            by_chance[f"owned_accuracy_{block}"].append((difference, draws))
    if "similarity" in has:
        found |= measures.field_similarity(read_similarity(files.similarity[number]))
    records += [
        {"measure": name, "seed": seed, "value": value, "control": control}
        for name, (value, control) in found.items()
    ]

long = by_seed(records, ["measure"])
table = over_seeds(long, ["measure"])
joint = {name: joint_p_value(*map(np.array, zip(*seeds, strict=True))) for name, seeds in by_chance.items()}
write_csv(snakemake.output.table, table.assign(p_value=table["measure"].map(joint)))
write_csv(snakemake.output.seeds, long)
