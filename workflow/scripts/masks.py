"""ANDC masks of the four layers of a block, and the masks they are compared with."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.architectures.architecture import Layer
from nodal.files.clusters import read_clusters
from nodal.files.tensors import read_arrays, write_tensors
from nodal.pruning.andc import Sets, andc_masks
from nodal.pruning.baselines import comparison_masks

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}


def label_sets(paths: list[str]) -> dict[str, Sets]:
    """Label sets by tap, each at its threshold."""
    found = {Path(path).stem: path for path in paths}
    return {tap: read_clusters(found[tap], at) >= 0 for tap, at in settings["thresholds"].items()}


weights = read_arrays(snakemake.input.backbone, list(layers))
sets = label_sets(snakemake.input.clusters)
masks = {
    "andc": andc_masks(layers, sets),
    "andc_heldout": andc_masks(layers, label_sets(snakemake.input.heldout)),
}
masks |= comparison_masks(masks["andc"], weights, layers, sets, np.random.default_rng([seed, 1]))
for path in map(Path, snakemake.output):
    write_tensors(path, masks[path.stem], header(snakemake))
