"""Drop the nodes and heads of a trained network that matter least, in several orders, and retrain it."""

import logging
from pathlib import Path

import numpy as np
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.stored import from_json
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.clusters import read_clusters
from nodal.models.build import load
from nodal.pruning.compact import compact
from nodal.pruning.masked_weights import Masks
from nodal.pruning.shipped import save
from nodal.pruning.structure import at_random, specialised, structural_masks, worth
from nodal.training.device import best_device
from nodal.training.evaluation import split_counts
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
architecture = from_json(settings["architecture"])
data = Dataset.load(snakemake.input.data, device=best_device())
prepare = preparation(data.inputs["test"], settings["normalise"])
whole = load(settings["model"], data, snakemake.input.backbone)

files = {Path(path).stem: path for path in snakemake.input.clusters}
sets = {tap: read_clusters(path, settings["thresholds"][tap]) >= 0 for tap, path in files.items()}
widths = {tap: len(each) for tap, each in sets.items()}
heads = {tap: architecture.tap(tap).heads for tap in sets}
units = {tap: heads[tap] if heads[tap] > 1 else widths[tap] for tap in sets}
orders = {
    "nodes_snp": specialised(sets, units),
    "nodes_importance": worth(
        whole, architecture, units, data.inputs["train"], data.labels["train"], prepare,
        settings["shipping.retrain"]["batch"],
    ),
    "nodes_random": at_random(units, np.random.default_rng([seed, 4])),
}  # fmt: skip
outs = {name: len(whole.get_parameter(name)) for name in architecture.layers}

state, rows = state_folder(snakemake), []
for path in map(Path, snakemake.output.networks):
    logging.info("network %s", path.stem)
    network, masks = load(settings["model"], data, snakemake.input.backbone), {}
    if path.stem in orders:
        masks = structural_masks(architecture, orders[path.stem], widths, outs, settings["shipping.kept"])
    kept = Masks(network, {name: torch.from_numpy(mask) for name, mask in masks.items()})
    kept.apply()
    counted = [("masked", each) for each in split_counts(network, data, prepare)]
    pretrain(
        network, data, settings["normalise"], settings["shipping.retrain"],
        seed=seed, state=state / path.stem, after_step=kept.apply,
    )  # fmt: skip
    counted += [("retrained", each) for each in split_counts(network, data, prepare)]
    for stage, (keys, images, correct) in counted:
        rows.append(({"mask": path.stem, "stage": stage, **keys}, images, correct))
    found = compact(network, masks, prepare.plain(data.inputs["test"][:2]))
    logging.info("left in %s:\n%s", path.stem, found.left.to_string())
    save(path, found.network, settings["model"], len(data.names), data.inputs["test"].shape[-1])
write_accuracy(snakemake.output.accuracy, rows, header(snakemake))
drop_state(state)
