"""SNP (single-nodal performance) matrices of a probe set: on its split, held out, weights shuffled."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.snp import write_snp
from nodal.models.build import load
from nodal.models.probe import load_probes
from nodal.snp.matrix import Snp
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate, probe_counts

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
recipe, split = settings["probe"], settings["probe"]["split"]
splits = ["heldout", "test"] + (["train"] if split == "train" else [])
data = Dataset.load(snakemake.input.data, splits, best_device())
network = load(settings["model"], data, snakemake.input.backbone)
taps = {name: Tap(**settings["taps"][name]) for name in recipe["taps"]}
prepare = preparation(data.inputs["test"], settings["normalise"])
sample = prepare.plain(data.inputs["test"][:1])
probes = load_probes(snakemake.input.probes, network, taps, sample, len(data.names), recipe)
measured = {
    each: evaluate(network, probes, taps, data.inputs[each], data.labels[each], prepare) for each in splits
}
write_accuracy(snakemake.output.accuracy, probe_counts(measured), header(snakemake))

for path in map(Path, snakemake.output.snp):
    tap, (_, _, variant) = path.stem, path.parent.name.partition("-")
    source = "heldout" if variant == "heldout" else split
    snp = Snp(measured[source][tap].pooled_mean.cpu().numpy(), probes[tap].weights())
    if variant == "shuffled":
        snp = snp.shuffled(np.random.default_rng([seed, recipe["taps"].index(tap)]))
    place = {"kind": taps[tap].kind, "block": taps[tap].block, "heads": taps[tap].heads}
    about = {"set": path.parent.name, "tap": tap, **place, "split": source, "labels": data.names}
    write_snp(path, snp, header(snakemake) | about, settings["dense_limit"])
