"""What the masks of all layers of a network are made of, from training images: with probes of its own."""

import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import write_evidence
from nodal.models.build import load
from nodal.models.probe import Probes
from nodal.models.probe_sets import new_probes
from nodal.pruning.evidence import gather
from nodal.training.device import best_device
from nodal.training.probes import train_probes

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
recipe = settings["probe"]
data = Dataset.load(files.data, ["train"], best_device())
inputs, labels = data.inputs["train"], data.labels["train"]
varied = preparation(inputs, settings["normalise"], recipe["augment"])
prepare = preparation(inputs, settings["normalise"])
network = load(settings["model"], data, files.backbone)
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
state = state_folder(snakemake)

# Block by block, so that what the probes of one read fits in memory; each is trained as if it were alone.
probes = Probes()
for block in sorted({tap.block for tap in taps.values()}):
    torch.manual_seed(seed)
    own = {name: tap for name, tap in taps.items() if tap.block == block}
    of_block = new_probes(network, own, prepare.plain(inputs[:1]), len(data.names), recipe)
    train_probes(network, of_block, own, data, varied, recipe, seed=seed, state=state / f"block{block}")
    probes.update(dict(of_block.items()))
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
batch = settings["pruning.retrain.batch"]
found = gather(network, probes, taps, layers, inputs, labels, prepare, batch=batch, seed=seed)
write_evidence(snakemake.output[0], found, header(snakemake))
drop_state(state)
