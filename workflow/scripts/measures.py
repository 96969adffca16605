"""Numbers that claims need beyond the tables: mean and sd over the seeds, beside a control's."""

import numpy as np
from job import start

from nodal.attention.chance import null_appearances, subset_difference
from nodal.claims.measures import (
    field_similarity,
    head_measures,
    layer_measures,
    owned_accuracy,
    ratio_plateau,
    sweep_measures,
)
from nodal.files.accuracy import accuracy, label_accuracy, read_accuracy
from nodal.files.clusters import read_clusters
from nodal.files.labels import label_names
from nodal.files.ownership import read_heads, taps_of
from nodal.files.parquet import read_table
from nodal.files.snp import read_snp
from nodal.tables.seeds import over_seeds, write_csv

start(snakemake)
settings, sources = snakemake.params.settings, snakemake.input
superclass = np.array(label_names(sources.data)[1], np.int64)

records = []
for number, seed in enumerate(settings["seeds"]):
    rng = np.random.default_rng([seed, 15])
    snp, _ = read_snp(sources.snp[number])
    found = layer_measures(snp, read_clusters(sources.clusters[number], settings["threshold"]))

    sweep = read_table(sources.sweep[number])[0].to_pandas()
    swept = sweep[sweep["set"] == settings["set"]]
    found |= sweep_measures(swept[swept["variant"] == ""], settings["threshold"])
    controls = sweep_measures(swept[swept["variant"] == "shuffled"], settings["threshold"])

    last, *before = taps_of(sources.appearances[number])
    counts, owner, _ = read_heads(sources.appearances[number], last)
    found |= head_measures(counts, owner, superclass)
    sets = read_clusters(sources.heads[number], settings["specialisation.threshold"]) >= 0
    random = null_appearances(sets, len(counts), settings["specialisation.draws"], rng)
    controls["ratio_plateau"] = float(np.nanmean(ratio_plateau(random)))

    owned = {"last": owner >= 0}
    if before:
        owned["before"] = read_heads(sources.appearances[number], before[0])[1] >= 0
        owned["both"] = owned["last"] & owned["before"]
    network = read_accuracy(sources.accuracy[number])
    by_label = label_accuracy(network, split="test")
    found |= owned_accuracy(by_label, owned)
    for name, labels in owned.items():
        controls[f"owned_accuracy_{name}"] = subset_difference(by_label, labels, 10_000, rng)

    found["backbone_second"] = accuracy(read_accuracy(sources.second[number]), split="test")
    similarity = read_table(sources.similarity[number])[0].to_pandas()
    found["field_similarity"], controls["field_similarity"] = field_similarity(similarity)
    records += [
        {"measure": name, "value": value, "control": controls.get(name, float("nan"))}
        for name, value in found.items()
    ]
write_csv(snakemake.output[0], over_seeds(records, ["measure"]))
