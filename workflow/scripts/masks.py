"""ANDC masks of the layers of a block, and the masks they are compared with, from training images."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.architectures.architecture import Layer
from nodal.files.evidence import read_evidence
from nodal.files.tensors import read_arrays, write_tensors
from nodal.pruning.layer_masks import layer_masks

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
masks = layer_masks(
    layers,
    read_arrays(snakemake.input.backbone, list(layers)),
    read_evidence(snakemake.input.evidence),
    settings["thresholds"],
    np.random.default_rng([seed, 1]),
)
for path in map(Path, snakemake.output):
    write_tensors(path, masks[path.stem], header(snakemake))
