"""Prune the FC layer of a trained head in every way, and retrain that layer alone (claims P1-P3)."""

import logging

import numpy as np
import torch
from job import header, start
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from nodal.accuracy_file import write_accuracy
from nodal.andc import degree_mask, fc_mask, magnitude_mask, random_mask
from nodal.augment import Augment
from nodal.cluster_file import read_clusters
from nodal.data.dataset import SPLITS, Dataset
from nodal.device import best_device
from nodal.measure import pooled_chunks
from nodal.models.build import load
from nodal.probe import new_heads
from nodal.prune import Masks
from nodal.train import fit

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
pruning = settings["fc_pruning"]
tap, recipe = pruning["tap"], pruning["retrain"]
data = Dataset.load(snakemake.input.data, device=best_device())
network = load(settings["model"], data, snakemake.input.backbone)
plain = Augment(settings["normalise"])
weights = {
    name: value for name, value in load_file(snakemake.input.heads).items() if name.startswith(f"{tap}.")
}
taps = {tap: network.taps()[tap]}


def fresh_head():
    heads = new_heads(network, taps, plain.plain(data.images["test"][:1]), len(data.names), settings["head"])
    heads.load_state_dict(weights)
    return heads


# Only the FC layer changes, so what it reads is computed once.
pooled = {}
for split in SPLITS:
    chunks = pooled_chunks(network, fresh_head(), taps, data.images[split], data.labels[split], plain)
    pooled[split] = torch.cat([chunk[tap] for chunk, _ in chunks])
rows = []


def count(layer, density: float, **keys) -> None:
    for split in ("heldout", "test"):
        labels = data.labels[split]
        with torch.no_grad():
            right = labels[layer(pooled[split]).argmax(1) == labels]
        counts = [torch.bincount(each, minlength=len(data.names)).cpu() for each in (labels, right)]
        rows.append(({**keys, "density": density, "split": split}, *counts))


def batch(indices, generator):
    return pooled["train"][indices], data.labels["train"][indices]


for threshold in pruning["thresholds"]:
    rng = np.random.default_rng([seed, 2])
    weight = weights[f"{tap}.fc.weight"].numpy()
    andc = fc_mask(read_clusters(snakemake.input.clusters, threshold) >= 0)
    masks = {
        "andc": andc,
        "andc_heldout": fc_mask(read_clusters(snakemake.input.heldout, threshold) >= 0),
        "random": random_mask(andc, rng),
        "degree": degree_mask(andc, rng),
        "magnitude": magnitude_mask(weight, int(andc.sum())),
        "unpruned": np.ones_like(andc),
    }
    for name, mask in masks.items():
        logging.info("threshold %s, mask %s", threshold, name)
        layer = fresh_head()[tap].fc
        pruned = Masks(layer, {"weight": torch.from_numpy(mask)})
        pruned.apply()
        count(layer, float(mask.mean()), threshold=threshold, mask=name, stage="masked")

        def loss(inputs, targets, layer=layer):
            logits = layer(inputs)
            right = (logits.argmax(1) == targets).float().mean()
            return cross_entropy(logits, targets, label_smoothing=recipe["smoothing"]), right

        fit(layer, batch, loss, len(pooled["train"]), recipe, seed=seed, after_step=pruned.apply)
        count(layer, float(mask.mean()), threshold=threshold, mask=name, stage="retrained")

definitions = {
    "threshold": "threshold of the label sets",
    "mask": "how the kept weights were chosen",
    "stage": "masked: right after masking; retrained: after retraining the FC layer",
    "density": "share of the FC layer's weights that is kept",
}
write_accuracy(snakemake.output[0], rows, definitions, header(snakemake))
