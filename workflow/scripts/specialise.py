"""Count the labels in the clusters of each attention head, and of heads whose nodes were drawn at random."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances
from nodal.files.clusters import read_clusters, where
from nodal.files.dataset import label_names
from nodal.files.ownership import HeadCounts, write_appearances, write_null

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
chosen = settings["specialisation"]
superclass = np.array(label_names(snakemake.input.data)[1], np.int64)

measured = []
for number, path in enumerate(map(Path, snakemake.input.clusters)):
    variant = "heldout" if path.parent.name.endswith("-heldout") else "own"
    sets, place = read_clusters(path, chosen["threshold"]) >= 0, where(path)
    heads = place["heads"]
    rng = np.random.default_rng([seed, number])
    counts, null = head_appearances(sets, heads), null_appearances(sets, heads, chosen["draws"], rng)
    measured.append(HeadCounts(place["tap"], place["block"], len(sets), variant, counts, null))
write_appearances(snakemake.output.appearances, measured, chosen["ratio"], header(snakemake))
write_null(snakemake.output.null, measured, chosen["ratio"], superclass, header(snakemake))
