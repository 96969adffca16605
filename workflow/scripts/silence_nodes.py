"""Silence the nodes of every probe of a set in several orders, one after the other; and train some again."""

import numpy as np
from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.studies import write_rows
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.pruning.fc_pruning import label_means
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.silencing import ratios_left, retrained, silenced_accuracy, silencing_orders
from nodal.training.device import best_device
from nodal.training.pooled import pooled_splits

DRAWS, RETRAINED = 10, 3  # random orders; those whose first nodes are trained again

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
threshold = settings["threshold"]
data = Dataset.load(files.data, device=best_device())
network = load(settings["model"], data, files.backbone)
prepare = preparation(data.inputs["test"], settings["normalise"])
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
sample = prepare.plain(data.inputs["test"][:1])
probes = load_probes(files.probes, network, taps, sample, len(data.names), settings["probe"])

rows, again = [], []
for name, pooled in pooled_splits(network, probes, taps, data, prepare).items():
    probe, rng = probes[name], np.random.default_rng([seed, 22])
    snp = {split: label_means(probe, pooled[split], data.labels[split]) for split in ("train", "test")}
    orders = {(order, 0): nodes for order, nodes in silencing_orders(snp["train"], threshold).items()}
    orders |= {("random", draw): rng.permutation(probe.nodes) for draw in range(1, DRAWS + 1)}
    empty = int((~label_sets(snp["train"], threshold).any(1)).sum())
    for (order, draw), nodes in orders.items():
        place = {"block": taps[name].block, "tap": name, "order": order, "draw": draw}
        right = {
            split: silenced_accuracy(probe, pooled[split], data.labels[split], nodes)
            for split in ("test", "heldout")
        }
        # Without any node there is no ratio.
        ratios = np.append(ratios_left(snp["test"], threshold, nodes), np.nan)
        rows += [
            {**place, "nodes": probe.nodes, "empty": empty, "silenced": silenced, "accuracy": on_test,
             "accuracy_heldout": on_heldout, "snr": ratio}
            for silenced, (on_test, on_heldout, ratio)
            in enumerate(zip(right["test"], right["heldout"], ratios, strict=True))
        ]  # fmt: skip
    if name == settings["fc_pruning.tap"]:
        chosen = {
            (order, draw, count): nodes[:count]
            for (order, draw), nodes in orders.items()
            for count in (probe.nodes // 4, probe.nodes // 2)
            if draw <= RETRAINED
        }
        chosen["nothing", 0, 0] = np.arange(0)
        found = retrained(probe, pooled, data.labels, chosen, settings["fc_pruning.retrain"], seed)
        for (order, draw, count), accuracies in found:
            place = {"order": order, "draw": draw, "nodes": probe.nodes, "silenced": count}
            again.append({**place, **accuracies})
write_rows(snakemake.output.curves, rows, header(snakemake))
write_rows(snakemake.output.retrained, again, header(snakemake))
