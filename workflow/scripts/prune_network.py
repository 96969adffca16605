"""Prune layers of the last block, of the last two, ..., of all blocks, in every way; retrain each."""

import logging
from collections.abc import Mapping

import numpy as np
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer
from nodal.data.dataset import Dataset
from nodal.files.evidence import read_evidence
from nodal.files.studies import write_rows
from nodal.models.build import load
from nodal.pruning.andc import Mask, andc_masks
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.network_pruning import densities, network_masks, prune_network
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, device=best_device())
every = {weight: Layer(**layer) for weight, layer in settings["layers"]}
layers = {weight: layer for weight, layer in every.items() if settings["kind"] in ("", layer.kind)}
evidence, state = read_evidence(files.evidence), state_folder(snakemake)
trained = load(settings["model"], data, files.backbone)
weights = {name: trained.get_parameter(name).detach().cpu().numpy() for name in every}
recipe, normalise = settings["pruning.retrain"], settings["normalise"]


def pruned(masks: Mapping[str, Mask], name: str) -> dict[str, float]:
    """Accuracies under these masks."""
    logging.info(name)
    network = load(settings["model"], data, files.backbone)
    return prune_network(network, masks, data, normalise, recipe, seed=seed, state=state / name)


sets = {tap: label_sets(evidence.snp[tap], at) for tap, at in settings["thresholds"].items()}
unpruned, rows = pruned({}, "unpruned"), []
for count in settings["blocks"]:
    first = settings["depth"] - count
    chosen = {name: layer for name, layer in layers.items() if layer.block > first}
    andc = andc_masks(chosen, sets)
    masks = network_masks(andc, layers, weights, evidence, np.random.default_rng([seed, count]))
    place = {"layers": snakemake.wildcards.layers, "blocks": count, "budget": np.nan}
    rows.append({**place, "mask": "unpruned", "density": 1.0, "network_density": 1.0, **unpruned})
    for name, of_layers in masks.items():
        share = densities(of_layers, weights)
        rows.append({**place, "mask": name, **share, **pruned(of_layers, f"{name}{count}")})
write_rows(snakemake.output[0], rows, header(snakemake))
drop_state(state)
