"""Probes on a network of a study, and on it before its training: what their nodes hold, what they answer."""

import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.evidence import Evidence, write_evidence
from nodal.models.build import load
from nodal.models.probe_sets import new_probes
from nodal.snp.matrix import Snp
from nodal.training.answers import Counted
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate, matrices, probe_counts
from nodal.training.probes import train_probes
from nodal.training.untrained import untrained_network

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
model, normalise, recipe = settings["model"], settings["normalise"], settings["probe"]
data = Dataset.load(files.data, device=best_device())
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
prepare = preparation(data.inputs["train"], normalise, recipe["augment"])
sample, state = prepare.plain(data.inputs["train"][:1]), state_folder(snakemake)
networks = {
    "trained": load(model, data, files.backbone),
    "untrained": untrained_network(model, data, normalise, seed),
}

snp: dict[str, Snp] = {}
counts: list[Counted] = []
for name, network in networks.items():
    torch.manual_seed(seed)
    probes = new_probes(network, taps, sample, len(data.names), recipe)
    train_probes(network, probes, taps, data, prepare, recipe, seed=seed, state=state / name)
    measured = {
        split: evaluate(network, probes, taps, data.inputs[split], data.labels[split], prepare)
        for split in sorted({recipe["split"], "heldout", "test"})
    }
    snp |= {f"{name}/{tap}": each for tap, each in matrices(measured[recipe["split"]], probes).items()}
    counts += [({"network": name, **keys}, images, right) for keys, images, right in probe_counts(measured)]
write_evidence(snakemake.output.snp, Evidence(snp, {}, {}), header(snakemake))
write_accuracy(snakemake.output.accuracy, counts, header(snakemake))
drop_state(state)
