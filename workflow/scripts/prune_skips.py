"""Mask the layers that end in a skip by label sets with the skip and without, count, retrain, and count."""

import logging

import numpy as np
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.evidence import read_evidence
from nodal.models.build import load
from nodal.pruning.block_pruning import prune_block
from nodal.pruning.skip_masks import skip_masks
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, device=best_device())
evidence, state = read_evidence(files.evidence), state_folder(snakemake)

rows = []
for block, own in settings["pruned"]:
    layers = {weight: Layer(**layer) for weight, layer in own["layers"]}
    rng = np.random.default_rng([seed, block])
    found = skip_masks(layers, settings["alone"], evidence.snp, own["thresholds"], rng)
    for name, masks in found.items():
        logging.info("block %d, mask %s", block, name)
        network = load(settings["model"], data, files.backbone)
        tensors = {weight: torch.from_numpy(mask) for weight, mask in masks.items()}
        counted = prune_block(
            network, tensors, own["module"], data, settings["normalise"], settings["pruning.retrain"],
            seed=seed, state=state / f"{block}_{name}",
        )  # fmt: skip
        place = {"block": block, "mask": name}
        rows += [(place | keys, images, correct) for keys, images, correct in counted]
write_accuracy(snakemake.output[0], rows, header(snakemake))
drop_state(state)
