"""Figure 6: the ANDC rule on nodes of a pruned layer: those are connected whose label sets meet."""

from pathlib import Path

from job import start

from nodal.architectures.cct import prunable_layers, tap_block
from nodal.figures.pruning_rule import connected_nodes
from nodal.figures.style import save
from nodal.files.clusters import read_clusters
from nodal.files.snp import read_snp
from nodal.files.tensors import read_arrays

LAYER = "linear1"

start(snakemake)
settings = snakemake.params.settings
weight = next(name for name in prunable_layers(settings["pruning.block"]) if LAYER in name)
sets = []
for path in map(Path, snakemake.input.clusters):
    kind, _ = tap_block(path.stem)
    sets.append(read_clusters(path, settings["pruning.thresholds"][kind]) >= 0)
names = read_snp(snakemake.input.snp)[1]["labels"]
mask = read_arrays(snakemake.input.mask)[weight]
title = f"{LAYER} of block {settings['pruning.block']}"
save(connected_nodes(*sets, mask, title, names), *snakemake.output)
