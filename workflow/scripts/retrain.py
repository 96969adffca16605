"""Mask a block's weights in every way, count the correct answers, retrain, and count again."""

import logging
from pathlib import Path

from job import drop_state, header, start, state_folder

from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.tensors import read_tensors, write_tensors
from nodal.models.build import cpu_state, load
from nodal.pruning.block_pruning import prune_block
from nodal.training.device import best_device

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
recipe = settings["pruning.retrain"]
data = Dataset.load(snakemake.input.data, device=best_device())
state = state_folder(snakemake)

rows = []
for path in map(Path, snakemake.input.masks):
    logging.info("mask %s", path.stem)
    network = load(settings["model"], data, snakemake.input.backbone)
    counted = prune_block(
        network, read_tensors(path), settings["module"], data, settings["normalise"], recipe,
        seed=seed, state=state / path.stem,
    )  # fmt: skip
    rows += [({"mask": path.stem, **keys}, images, correct) for keys, images, correct in counted]
    if path.stem == "andc":
        write_tensors(snakemake.output.network, cpu_state(network), header(snakemake))
write_accuracy(snakemake.output.accuracy, rows, header(snakemake))
drop_state(state)
