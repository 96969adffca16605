"""Prune the FC layer of a trained probe in every way, and retrain that layer alone (claims P1-P3)."""

import logging

import numpy as np
from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.clusters import read_clusters
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.pruning.fc_pruning import fc_masks, prune_fc
from nodal.training.device import best_device
from nodal.training.evaluation import pooled_splits

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
pruning, files = settings["fc_pruning"], snakemake.input
tap = pruning["tap"]
data = Dataset.load(files.data, device=best_device())
network = load(settings["model"], data, files.backbone)
prepare = preparation(data.inputs["test"], settings["normalise"])
taps = {tap: Tap(**settings["taps"][tap])}
sample = prepare.plain(data.inputs["test"][:1])
probes = load_probes(files.probes, network, taps, sample, len(data.names), settings["probe"])

# Only the FC layer changes, so what it reads is computed once.
pooled = pooled_splits(network, probes, taps, data, prepare)[tap]

rows = []
for threshold in pruning["thresholds"]:
    # All positions of a node have its label set.
    sets, heldout = (
        np.repeat(read_clusters(files[key], threshold) >= 0, probes[tap].positions, axis=0)
        for key in ("clusters", "heldout")
    )
    weights = probes[tap].weights().reshape(-1, len(data.names)).T
    masks = fc_masks(sets, heldout, weights, np.random.default_rng([seed, 2]))
    for name, mask in masks.items():
        logging.info("threshold %s, mask %s", threshold, name)
        about = {"threshold": threshold, "mask": name, "density": float(mask.mean())}
        for keys, images, correct in prune_fc(
            probes[tap].fc, mask, pooled, data.labels, pruning["retrain"], seed
        ):
            rows.append((about | keys, images, correct))
write_accuracy(snakemake.output[0], rows, header(snakemake))
