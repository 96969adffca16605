"""Numbers that claims need beyond the tables: mean and sd over the seeds, beside a control's."""

import numpy as np
from job import start

from nodal.attention.chance import null_appearances
from nodal.claims import measures
from nodal.files.accuracy import accuracy, label_accuracy, read_accuracy
from nodal.files.attention_fields import read_similarity
from nodal.files.clusters import read_clusters
from nodal.files.dataset import label_names
from nodal.files.ownership import owned_in_last_blocks, read_heads
from nodal.files.snp import read_snp
from nodal.files.sweep import read_sweep
from nodal.tables.seeds import over_seeds, write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
figures, chosen = settings["figures"], settings["specialisation"]
has = dict(files.items())
superclass = np.array(label_names(files.data)[1], np.int64)

records = []
for number, seed in enumerate(settings["seeds"]):
    rng = np.random.default_rng([seed, 15])
    found: measures.Measures = {}
    if figures:
        threshold, swept = figures["threshold"], figures["sweep"][0].partition("/")[0]
        matrices = read_snp(files.snp[number])[0]
        found |= measures.layer_measures(matrices, read_clusters(files.clusters[number], threshold))
        sweep = read_sweep(files.sweep[number])
        found |= measures.sweep_measures(sweep[sweep["set"] == swept], threshold)
    if chosen:
        counts, owner, _ = read_heads(files.appearances[number])
        sets = read_clusters(files.heads[number], chosen["threshold"]) >= 0
        null = null_appearances(sets, len(counts), chosen["draws"], rng)
        found |= measures.head_measures(counts, null, owner, superclass)
        owned = list(owned_in_last_blocks(files.appearances[number]).values())
        by_label = label_accuracy(read_accuracy(files.accuracy[number]), split="test")
        found |= measures.owned_accuracy(by_label, owned, rng)
    if files.second:
        second = accuracy(read_accuracy(files.second[number]), split="test")
        found["backbone_second"] = second, float("nan")
    if "similarity" in has:
        found |= measures.field_similarity(read_similarity(files.similarity[number]))
    records += [
        {"measure": name, "value": value, "control": control} for name, (value, control) in found.items()
    ]
write_csv(snakemake.output[0], over_seeds(records, ["measure"]))
