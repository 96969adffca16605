"""Prune the FC layer of a trained head in every way, and retrain that layer alone (claims P1-P3)."""

import copy
import logging

import numpy as np
import torch
from job import header, start

from nodal.augment.pipeline import Augment
from nodal.data.dataset import SPLITS, Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.clusters import read_clusters
from nodal.files.tensors import read_tensors
from nodal.models.build import load
from nodal.pruning.fc_layer import fc_masks, layer_counts, prune_layer, retrain_layer
from nodal.training.device import best_device
from nodal.training.evaluation import pooled_chunks
from nodal.training.probes import new_probes

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
pruning = settings["fc_pruning"]
tap, recipe = pruning["tap"], pruning["retrain"]
data = Dataset.load(snakemake.input.data, device=best_device())
network = load(settings["model"], data, snakemake.input.backbone)
prepare, taps = Augment(settings["normalise"]), {tap: network.taps()[tap]}
heads = new_probes(network, taps, prepare.plain(data.images["test"][:1]), len(data.names), settings["head"])
trained = read_tensors(snakemake.input.heads)
heads.load_state_dict({name: value for name, value in trained.items() if name.startswith(f"{tap}.")})

# Only the FC layer changes, so what it reads is computed once.
pooled = {}
for split in SPLITS:
    chunks = pooled_chunks(network, heads, taps, data.images[split], data.labels[split], prepare)
    pooled[split] = torch.cat([chunk[tap] for chunk, _ in chunks])

rows = []
for threshold in pruning["thresholds"]:
    sets, heldout = (read_clusters(snakemake.input[key], threshold) >= 0 for key in ("clusters", "heldout"))
    weight = heads[tap].fc.weight.detach().cpu().numpy()
    for name, mask in fc_masks(sets, heldout, weight, np.random.default_rng([seed, 2])).items():
        logging.info("threshold %s, mask %s", threshold, name)
        layer = copy.deepcopy(heads[tap].fc)
        pruned = prune_layer(layer, mask)
        for stage in ("masked", "retrained"):
            if stage == "retrained":
                retrain_layer(layer, pruned, pooled["train"], data.labels["train"], recipe, seed)
            keys = {"threshold": threshold, "mask": name, "stage": stage, "density": float(mask.mean())}
            for split in ("heldout", "test"):
                rows.append(
                    ({**keys, "split": split}, *layer_counts(layer, pooled[split], data.labels[split]))
                )

definitions = {
    "threshold": "threshold of the label sets",
    "mask": "how the kept weights were chosen",
    "stage": "masked: right after masking; retrained: after retraining the FC layer",
    "density": "share of the FC layer's weights that is kept",
}
write_accuracy(snakemake.output[0], rows, definitions, header(snakemake))
