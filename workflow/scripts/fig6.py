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

snakemake = start()
settings = snakemake.params.settings
weight = next(name for name in prunable_layers(settings["pruning.block"]) if LAYER in name)
inputs, outputs = (
    read_clusters(path, settings["pruning.thresholds"][tap_block(path.stem)[0]]) >= 0
    for path in map(Path, snakemake.input.clusters)
)
names = read_snp(snakemake.input.snp)[1]["labels"]
mask = read_arrays(snakemake.input.mask)[weight]
title = f"{LAYER} of block {settings['pruning.block']}"
save(connected_nodes(inputs, outputs, mask, title, names), *snakemake.output)
