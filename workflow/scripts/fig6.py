"""Figure 6: the ANDC rule on nodes of a pruned layer: those are connected whose label sets meet."""

from pathlib import Path

from job import start

from nodal.figures.pruning_rule import connected_nodes
from nodal.figures.style import save
from nodal.files.clusters import read_clusters
from nodal.files.snp import read_snp
from nodal.pruning.andc import andc_mask

snakemake = start()
settings = snakemake.params.settings
_, layer = settings["layer"]
inputs, outputs = (
    read_clusters(path, settings["thresholds"][Path(path).stem]) >= 0 for path in snakemake.input.clusters
)
names = read_snp(snakemake.input.snp)[1]["labels"]
title = f"{layer['kind']} of block {layer['block']}"
mask = andc_mask(outputs, inputs)
save(connected_nodes(inputs, outputs, mask, title, names), *snakemake.output)
