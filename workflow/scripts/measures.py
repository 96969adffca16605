"""Numbers that claims need beyond the tables: mean and sd over the seeds, beside a control's."""

import numpy as np
from job import start

from nodal.accuracy_file import accuracy, label_accuracy, read_accuracy
from nodal.cluster_file import read_clusters
from nodal.data.labels import label_names
from nodal.head_file import read_heads, taps_of
from nodal.measures import (
    field_similarity,
    head_measures,
    layer_measures,
    owned_accuracy,
    sweep_measures,
)
from nodal.parquet import read_table
from nodal.snp_file import read_snp
from nodal.tables import over_seeds, write_csv

start(snakemake)
settings, sources = snakemake.params.settings, snakemake.input
superclass = np.array(label_names(sources.data)[1], np.int64)

records = []
for number, _ in enumerate(settings["seeds"]):
    snp, about = read_snp(sources.snp[number])
    found = layer_measures(snp, read_clusters(sources.clusters[number], settings["threshold"]))
    sweep = read_table(sources.sweep[number])[0].to_pandas()
    swept = sweep[(sweep["set"] == settings["set"]) & (sweep["variant"] == "")]
    found |= sweep_measures(swept, settings["threshold"])
    last, *before = taps_of(sources.appearances[number])
    counts, owner, _ = read_heads(sources.appearances[number], last)
    found |= head_measures(counts, owner, superclass)
    owned = {"last": owner >= 0}
    if before:
        owned["before"] = read_heads(sources.appearances[number], before[0])[1] >= 0
        owned["both"] = owned["last"] & owned["before"]
    network = read_accuracy(sources.accuracy[number])
    found |= owned_accuracy(label_accuracy(network, split="test"), owned)
    found["backbone_second"] = accuracy(read_accuracy(sources.second[number]), split="test")
    records += [{"measure": name, "value": value, "control": float("nan")} for name, value in found.items()]
    own, control = field_similarity(read_table(sources.similarity[number])[0].to_pandas())
    records.append({"measure": "field_similarity", "value": own, "control": control})
write_csv(snakemake.output[0], over_seeds(records, ["measure"]))
