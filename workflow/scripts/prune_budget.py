"""Prune all layers, each at a threshold of its own, as far as a budget of held-out accuracy goes; retrain."""

import logging

import numpy as np
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import read_evidence
from nodal.files.studies import write_rows
from nodal.models.build import load
from nodal.pruning.network_budget import budget_path, heldout_left, ladders, masks_within
from nodal.pruning.network_pruning import densities, network_masks, prune_network
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, device=best_device())
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
evidence, state = read_evidence(files.evidence), state_folder(snakemake)
network = load(settings["model"], data, files.backbone)
prepare = preparation(data.inputs["heldout"], settings["normalise"])
weights = {name: network.get_parameter(name).detach().cpu().numpy() for name in layers}
of_layers = ladders(layers, evidence.snp, settings["at"])
# Weights of one filter behind a flattening go together.
together = {name: weights[name].shape[1] // ladder[0].shape[1] for name, ladder in of_layers.items()}
left = heldout_left(network, data, prepare, together)
path = budget_path(of_layers, together, left)

rows = []
for budget in settings["budgets"]:
    own = masks_within(budget, path, of_layers, left)
    masks = network_masks(own, layers, weights, evidence, np.random.default_rng([seed, 23]))
    for name, of_mask in masks.items():
        logging.info("budget %g, %s", budget, name)
        found = prune_network(
            load(settings["model"], data, files.backbone), of_mask, data, settings["normalise"],
            settings["pruning.retrain"], seed=seed, state=state / f"{name}{budget}",
        )  # fmt: skip
        place = {"layers": "budget", "blocks": settings["depth"], "budget": budget, "mask": name}
        rows.append({**place, **densities(of_mask, weights), **found})
write_rows(snakemake.output[0], rows, header(snakemake))
drop_state(state)
