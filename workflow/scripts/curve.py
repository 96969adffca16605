"""Mask the layers of a block in every way at many thresholds, and count the correct answers."""

import copy

import numpy as np
import torch
from job import header, start

from nodal.architectures.architecture import Layer
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.evidence import read_evidence
from nodal.models.build import load
from nodal.models.front import Front
from nodal.pruning.block_pruning import masked_counts
from nodal.pruning.layer_masks import layer_masks
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, ["test"], best_device())
prepare = preparation(data.inputs["test"], settings["normalise"])
network = load(settings["model"], data, files.backbone)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
weights = {name: network.get_parameter(name).detach().cpu().numpy() for name in layers}
evidence = read_evidence(files.evidence)
front = Front(settings["before"])

rows = []
for number, threshold in enumerate(settings["at"]):
    at = dict.fromkeys(evidence.snp, threshold)
    masks = layer_masks(layers, weights, evidence, at, np.random.default_rng([seed, 1]))
    for name, of_layers in masks.items():
        if number and name in ("zeroed", "unpruned"):
            continue  # the same at every threshold
        tensors = {weight: torch.from_numpy(mask) for weight, mask in of_layers.items()}
        for keys, images, correct in masked_counts(copy.deepcopy(network), tensors, data, prepare, front):
            rows.append(({"threshold": threshold, "mask": name, **keys}, images, correct))
write_accuracy(snakemake.output[0], rows, header(snakemake))
