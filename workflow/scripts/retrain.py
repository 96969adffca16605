"""Mask a block's weights in every way, count the correct answers, retrain, and count again."""

import logging
from pathlib import Path

from job import drop_state, header, start, state_folder

from nodal.architectures.cct import block_name
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.tensors import read_tensors, write_tensors
from nodal.models.build import cpu_state, load
from nodal.pruning.keeping import Masks, block_groups
from nodal.training.device import best_device
from nodal.training.evaluation import split_counts
from nodal.training.pretraining import pretrain

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
recipe, block = settings["pruning.retrain"], block_name(settings["pruning.block"])
data = Dataset.load(snakemake.input.data, device=best_device())
prepare = Augment(settings["normalise"])
state = state_folder(snakemake)
rows = []


def count(network, masks: dict, **keys: str) -> None:
    density = sum(int(mask.sum()) for mask in masks.values()) / sum(mask.numel() for mask in masks.values())
    for split, images, correct in split_counts(network, data, prepare):
        rows.append(({**keys, "density": density, **split}, images, correct))


for path in map(Path, snakemake.input.masks):
    logging.info("mask %s", path.stem)
    network, masks = load(settings["model"], data, snakemake.input.backbone), read_tensors(path)
    pruned = Masks(network, masks)
    pruned.apply()
    count(network, masks, mask=path.stem, stage="masked")
    groups = block_groups(network, block, recipe["lr"], recipe["rest_lr"], recipe["weight_decay"])
    pretrain(
        network, data, settings["normalise"], recipe,
        seed=seed, state=state / path.stem, groups=groups, after_step=pruned.apply,
    )  # fmt: skip
    count(network, masks, mask=path.stem, stage="retrained")
    if path.stem == "andc":
        write_tensors(snakemake.output.network, cpu_state(network), header(snakemake))

definitions = {
    "mask": "how the kept weights were chosen",
    "stage": "masked: right after masking; retrained: after retraining",
    "density": "share of the weights of the masked layers that is kept",
}
write_accuracy(snakemake.output.accuracy, rows, definitions, header(snakemake))
drop_state(state)
