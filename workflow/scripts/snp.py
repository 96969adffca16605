"""SNP (single-nodal performance) matrices of a probe set, and of its controls that need a network."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.snp import write_snp
from nodal.models.build import load
from nodal.models.probe_sets import ROTATED, load_probes, with_rotated_taps
from nodal.snp.groups import random_groups
from nodal.snp.matrix import Snp
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate, group_counts, probe_counts

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
recipe, split = settings["probe"], settings["probe"]["split"]
splits = ["heldout", "test"] + (["train"] if split == "train" else [])
data = Dataset.load(files.data, splits, best_device())
taps = {name: Tap(**settings["taps"][name]) for name in recipe["taps"]}
places = with_rotated_taps(taps, settings["rotated"])
prepare = preparation(data.inputs["test"], settings["normalise"])
sample = prepare.plain(data.inputs["test"][:1])

found = {}
for name in ("backbone", "untrained"):
    network = load(settings["model"], data, files[name])
    probes = load_probes(files[f"{name}_probes"], network, places, sample, len(data.names), recipe)
    measured = {
        each: evaluate(network, probes, places, data.inputs[each], data.labels[each], prepare)
        for each in splits
    }
    write_accuracy(snakemake.output[f"{name}_accuracy"], probe_counts(measured), header(snakemake))
    found[name] = probes, measured
    if name == "backbone" and "groups" in dict(snakemake.output.items()):
        orders = {
            tap: random_groups(probes[tap].nodes, seed, recipe["taps"].index(tap))
            for tap in recipe["taps"]
            if taps[tap].heads > 1
        }
        counted = group_counts(network, probes, places, data, prepare, orders)
        write_accuracy(snakemake.output.groups, counted, header(snakemake))

for path in map(Path, snakemake.output.snp):
    tap, (_, _, variant) = path.stem, path.parent.name.partition("-")
    probes, measured = found["untrained" if variant == "untrained" else "backbone"]
    source = "heldout" if variant == "heldout" else split
    probe = f"{tap}{ROTATED}" if variant == "rotated_probe" else tap
    snp = Snp(measured[source][probe].pooled_mean.cpu().numpy(), probes[probe].weights())
    if variant == "shuffled":
        snp = snp.shuffled(np.random.default_rng([seed, recipe["taps"].index(tap)]))
    place = {"kind": taps[tap].kind, "block": taps[tap].block, "heads": taps[tap].heads}
    about = {"set": path.parent.name, "tap": tap, **place, "split": source, "labels": data.names}
    write_snp(path, snp, header(snakemake) | about, settings["dense_limit"])
