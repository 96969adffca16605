"""Count the labels in the clusters of each attention head, and of heads of random nodes or directions."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances
from nodal.attention.rotations import rotated_ownership
from nodal.files.clusters import read_clusters, where
from nodal.files.dataset import label_names
from nodal.files.ownership import HeadCounts, write_appearances, write_null, write_rotated_heads
from nodal.files.snp import read_snp
from nodal.snp.rotations import ROTATIONS

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
write_null(snakemake.output.null, measured, chosen["ratio"], superclass, header(snakemake))
