"""Count the labels in the clusters of each attention head, and of heads whose nodes were drawn at random."""

from pathlib import Path

import numpy as np
import pandas as pd
from job import header, start

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, owners
from nodal.attention.superclasses import occupation
from nodal.files.clusters import read_clusters
from nodal.files.labels import label_names
from nodal.files.parquet import write_table

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
heads, chosen = settings["model.heads"], settings["specialisation"]
superclass = np.array(label_names(snakemake.input.data)[1], np.int64)

counted, drawn = [], []
for number, path in enumerate(map(Path, snakemake.input.clusters)):
    split = "heldout" if path.parent.name.endswith("-heldout") else "own"
    sets = read_clusters(path, chosen["threshold"]) >= 0
    counts = head_appearances(sets, heads)
    owner = owners(counts, chosen["ratio"])
    head, label = np.indices(counts.shape)
    counted.append(
        pd.DataFrame(
            {
                "tap": path.stem, "variant": split, "head": head.ravel() + 1, "label": label.ravel(),
                "appearances": counts.ravel(), "owned": (owner == head).ravel(),
            }
        )
    )  # fmt: skip
    null = null_appearances(sets, heads, chosen["draws"], np.random.default_rng([seed, number]))
    owned = owners(null, chosen["ratio"])[:, None, :] == np.arange(heads)[:, None]
    frame = {
        "tap": path.stem,
        "variant": split,
        "draw": np.arange(chosen["draws"]),
        "labels": owned.sum((1, 2)),
    }
    if len(superclass):
        filled = occupation(owned, superclass).sum(1)
        frame |= {f"filled{i}": filled[:, i - 1] for i in range(1, filled.shape[1] + 1)}
    drawn.append(pd.DataFrame(frame))

meaning = {
    "tap": "the attention output the heads were read at",
    "variant": "own: matrices of the probe set's split; heldout: of the held-out split",
    "head": "attention head, counted from 1",
    "label": "index of the label",
    "appearances": "nodes of the head in whose clusters the label is",
    "owned": "whether the label belongs to the head",
    "draw": "number of the permutation of nodes to heads",
    "labels": "labels that belong to a head in this draw",
}
meaning |= {
    f"filled{i}": f"super-classes of which a head owns exactly {i} labels, summed over heads"
    for i in range(1, 100)
}
for path, frames in ((snakemake.output.appearances, counted), (snakemake.output.null, drawn)):
    table = pd.concat(frames, ignore_index=True)
    write_table(path, {name: table[name].to_numpy() for name in table}, meaning, header(snakemake))
