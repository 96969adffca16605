"""Figure 10: labels that belong to a head against the ratio, for the last blocks, beside random heads."""

from collections import defaultdict

import numpy as np
from job import start

from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances, owned_labels
from nodal.figures.ratio_curve import Ownership, owned_by_ratio
from nodal.figures.style import save
from nodal.files.clusters import read_clusters, where
from nodal.paper import RATIO_PLATEAU

POINTS = 81

snakemake = start()
settings = snakemake.params.settings
chosen = settings["specialisation"]
low, high = settings["ratios"]
ratios = np.linspace(low, high, POINTS)
measured, random = defaultdict(list), defaultdict(list)
for number, path in enumerate(snakemake.input.clusters):
    sets, place = read_clusters(path, chosen["threshold"]) >= 0, where(path)
    heads, at = place["heads"], (place["block"], place["tap"])
    null = null_appearances(sets, heads, chosen["draws"], np.random.default_rng([10, number]))
    measured[at].append(owned_labels(head_appearances(sets, heads), ratios))
    random[at].append(owned_labels(null, ratios))
layers = {at[1]: Ownership(np.stack(measured[at]), np.concatenate(random[at])) for at in sorted(measured)}
printed = RATIO_PLATEAU if settings["paper"] else {}
save(owned_by_ratio(ratios, layers, chosen["ratio"], printed), *snakemake.output)
