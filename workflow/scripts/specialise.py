"""Count the labels in the clusters of each attention head, and of heads of random nodes or directions."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, owners
from nodal.attention.rotations import rotated_ownership
from nodal.files.accuracy import read_accuracy
from nodal.files.clusters import read_clusters, where
from nodal.files.dataset import label_names
from nodal.files.ownership import (
    HeadCounts,
    write_appearances,
    write_groups,
    write_null,
    write_rotated_heads,
)
from nodal.files.snp import read_snp
from nodal.snp.groups import random_groups
from nodal.snp.rotations import ROTATIONS
from nodal.tables.head_columns import accuracy_gap

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
chosen = settings["specialisation"]
superclass = np.array(label_names(snakemake.input.data)[1], np.int64)

measured = []
for number, path in enumerate(map(Path, snakemake.input.clusters)):
    variant = path.parent.name.partition("-")[2] or "own"
    sets, place = read_clusters(path, chosen["threshold"]) >= 0, where(path)
    heads = place["heads"]
    rng = np.random.default_rng([seed, number])
    counts, null = head_appearances(sets, heads), null_appearances(sets, heads, chosen["draws"], rng)
    measured.append(HeadCounts(place["tap"], place["block"], len(sets), variant, counts, null))
write_appearances(snakemake.output.appearances, measured, chosen["ratio"], header(snakemake))

rotated = []
for number, path in enumerate(snakemake.input.snp):
    snp, place = read_snp(path)
    at = chosen["threshold"], settings["rule"], place["heads"], chosen["ratio"]
    owned = rotated_ownership(snp, *at, ROTATIONS, seed, number)
    rotated.append((place["tap"], place["block"], owned))
write_rotated_heads(snakemake.output.rotated, rotated, header(snakemake))

# The same accuracies, and whose the labels are, where random groups of nodes stand in for the heads.
answers, groups = read_accuracy(snakemake.input.groups), []
for number, path in enumerate(snakemake.input.clusters[: len(snakemake.input.snp)]):
    sets, place = read_clusters(path, chosen["threshold"]) >= 0, where(path)
    for grouping, order in enumerate(random_groups(len(sets), seed, number), 1):
        owner = owners(head_appearances(sets[order], place["heads"]), chosen["ratio"])
        gap = accuracy_gap(answers[answers["grouping"] == grouping], place["tap"], owner)
        groups.append((place["tap"], place["block"], grouping, gap))
write_groups(snakemake.output.groups, groups, header(snakemake))
write_null(snakemake.output.null, measured, chosen["ratio"], superclass, header(snakemake))
