"""Prune all layers, each at a threshold of its own, as far as a budget of held-out accuracy goes; retrain."""

import copy
import logging
from collections.abc import Mapping

import numpy as np
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import read_evidence
from nodal.files.studies import write_rows
from nodal.models.build import load
from nodal.pruning.andc import Mask, andc_masks
from nodal.pruning.greedy import furthest, greedy_path
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.masked_weights import Masks
from nodal.pruning.network_pruning import accuracies, densities, network_masks, prune_network
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, device=best_device())
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
evidence, state = read_evidence(files.evidence), state_folder(snakemake)
network = load(settings["model"], data, files.backbone)
prepare = preparation(data.inputs["heldout"], settings["normalise"])
weights = {name: network.get_parameter(name).detach().cpu().numpy() for name in layers}
heldout = Dataset({"heldout": data.inputs["heldout"]}, {"heldout": data.labels["heldout"]}, data.names)
# Of each layer the whole, then its ANDC mask at each threshold of both its ends.
sets = {
    threshold: {tap: label_sets(snp, threshold) for tap, snp in evidence.snp.items()}
    for threshold in settings["at"]
}
masks_at = [andc_masks(layers, at) for at in sets.values()]
ladders = {name: [np.ones_like(masks_at[0][name]), *(masks[name] for masks in masks_at)] for name in layers}
# Weights of one filter behind a flattening go together.
together = {name: weights[name].shape[1] // ladder[0].shape[1] for name, ladder in ladders.items()}


def left(masks: Mapping[str, Mask]) -> float:
    """Held-out accuracy under masks, without retraining."""
    masked = copy.deepcopy(network)
    Masks(masked, {name: np.repeat(mask, together[name], axis=1) for name, mask in masks.items()}).apply()
    return accuracies(masked, heldout, prepare, "masked")["masked_heldout"]


def taken(steps: Mapping[str, int]) -> dict[str, Mask]:
    """The masks of a state of the ascent."""
    return {name: ladders[name][step] for name, step in steps.items()}


def path_within(budget: float) -> dict[str, Mask]:
    """The masks of the last state that loses no more than this."""
    return taken(furthest(path, lambda steps: left(taken(steps)) >= whole - budget))


whole = left({})
losses = {name: [whole - left({name: mask}) for mask in ladder[1:]] for name, ladder in ladders.items()}
removed = {
    name: [int((~mask).sum()) * together[name] for mask in ladder[1:]] for name, ladder in ladders.items()
}
path = greedy_path(losses, removed)

rows = []
for budget in settings["budgets"]:
    masks = network_masks(path_within(budget), layers, weights, evidence, np.random.default_rng([seed, 23]))
    for name, of_layers in masks.items():
        logging.info("budget %g, %s", budget, name)
        found = prune_network(
            load(settings["model"], data, files.backbone), of_layers, data, settings["normalise"],
            settings["pruning.retrain"], seed=seed, state=state / f"{name}{budget}",
        )  # fmt: skip
        place = {"layers": "budget", "blocks": settings["depth"], "budget": budget, "mask": name}
        rows.append({**place, **densities(of_layers, weights), **found})
write_rows(snakemake.output[0], rows, header(snakemake))
drop_state(state)
