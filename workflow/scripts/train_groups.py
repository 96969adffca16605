"""Train networks of disjoint groups from scratch, and beside them what they are compared with."""

import logging
from pathlib import Path

import numpy as np
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.stored import from_json
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.models.build import build
from nodal.pruning.baselines import random_mask
from nodal.pruning.compact import compact
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.masked_weights import Masks
from nodal.pruning.shipped import save
from nodal.training.device import best_device
from nodal.training.evaluation import split_counts
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
architecture = from_json(settings["architecture"])
data = Dataset.load(snakemake.input.data, device=best_device())
prepare = preparation(data.inputs["test"], settings["normalise"])
shapes = {name: each.shape for name, each in build(settings["model"], data).named_parameters()}
groups = disjoint_masks(architecture, shapes, len(data.names), settings["shipping.groups"])
readout = f"{architecture.readout.module}.weight" if architecture.readout else ""
rng = np.random.default_rng([seed, 3])
masks = {
    "dense": {},
    "half": {},
    "groups": groups,
    "groups_dense_fc": {name: mask for name, mask in groups.items() if name != readout},
    "random": {name: random_mask(mask, rng) for name, mask in groups.items()},
}

state, rows = state_folder(snakemake), []
for path in map(Path, snakemake.output.networks):
    logging.info("network %s", path.stem)
    model = settings["half"] if path.stem == "half" else settings["model"]
    torch.manual_seed(seed)
    network = build(model, data)
    kept = Masks(network, {name: torch.from_numpy(mask) for name, mask in masks[path.stem].items()})
    kept.apply()
    pretrain(
        network, data, settings["normalise"], settings["shipping.train"],
        seed=seed, state=state / path.stem, after_step=kept.apply,
    )  # fmt: skip
    counted = split_counts(network, data, prepare)
    rows += [({"mask": path.stem, **keys}, images, correct) for keys, images, correct in counted]
    found = compact(network, masks[path.stem], prepare.plain(data.inputs["test"][:2]))
    logging.info("left in %s:\n%s", path.stem, found.left.to_string())
    save(path, found.network, model, len(data.names), data.inputs["test"].shape[-1])
write_accuracy(snakemake.output.accuracy, rows, header(snakemake))
drop_state(state)
