"""What the masks of a block's layers are made of, from training images."""

from job import header, start

from nodal.architectures.architecture import Layer, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import write_evidence
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.pruning.evidence import gather
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, ["train"], best_device())
inputs, labels = data.inputs["train"], data.labels["train"]
prepare = preparation(inputs, settings["normalise"])
network = load(settings["model"], data, files.backbone)
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
probes = load_probes(
    files.probes, network, taps, prepare.plain(inputs[:1]), len(data.names), settings["probe"]
)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
batch = settings["pruning.retrain.batch"]
found = gather(network, probes, taps, layers, inputs, labels, prepare, batch=batch, seed=seed)
write_evidence(snakemake.output[0], found, header(snakemake))
