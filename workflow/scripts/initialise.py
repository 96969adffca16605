"""The network of a run before its training: the initial weights of its seed, with batch statistics."""

from job import header, start

from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state
from nodal.training.device import best_device
from nodal.training.untrained import untrained_network

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, ["train"], best_device())
network = untrained_network(settings["model"], data, settings["normalise"], seed)
write_tensors(snakemake.output[0], cpu_state(network), header(snakemake))
