"""What the masks of all layers of a network are made of, from training images: with probes of its own."""

from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import write_evidence
from nodal.models.build import load
from nodal.pruning.evidence import gather
from nodal.training.device import best_device
from nodal.training.network_probes import network_probes

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
normalise, state = settings["normalise"], state_folder(snakemake)
data = Dataset.load(files.data, ["train"], best_device())
inputs, labels = data.inputs["train"], data.labels["train"]
network = load(settings["model"], data, files.backbone)
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
probes = network_probes(network, taps, data, normalise, settings["probe"], seed=seed, state=state)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
batch = settings["pruning.retrain.batch"]
prepare = preparation(inputs, normalise)
found = gather(network, probes, taps, layers, inputs, labels, prepare, batch=batch, seed=seed)
write_evidence(snakemake.output[0], found, header(snakemake))
drop_state(state)
