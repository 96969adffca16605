"""Figure 10: labels that belong to a head against the ratio, for the last blocks, beside random heads."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from job import start

from nodal.architectures.cct import tap_block
from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, owned_labels
from nodal.figures.ratio_curve import Ownership, owned_by_ratio
from nodal.figures.style import save
from nodal.files.clusters import read_clusters
from nodal.paper import RATIO_PLATEAU

POINTS = 81

snakemake = start()
settings = snakemake.params.settings
heads, chosen = settings["model.heads"], settings["specialisation"]
low, high = settings["ratios"]
ratios = np.linspace(low, high, POINTS)
measured, random = defaultdict(list), defaultdict(list)
for number, path in enumerate(map(Path, snakemake.input.clusters)):
    sets = read_clusters(path, chosen["threshold"]) >= 0
    null = null_appearances(sets, heads, chosen["draws"], np.random.default_rng([10, number]))
    measured[path.stem].append(owned_labels(head_appearances(sets, heads), ratios))
    random[path.stem].append(owned_labels(null, ratios))
layers = {
    tap: Ownership(np.stack(measured[tap]), np.concatenate(random[tap]))
    for tap in sorted(measured, key=tap_block)
}
printed = RATIO_PLATEAU if settings["paper"] else {}
save(owned_by_ratio(ratios, layers, chosen["ratio"], printed), *snakemake.output)
