"""What the nodes at the ends of all layers hold, and those that the network's own last layer reads."""

from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import READOUT, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import Evidence, write_evidence
from nodal.models.build import load
from nodal.models.probe_sets import own_probe
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate, matrices
from nodal.training.network_probes import network_probes

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
normalise, state = settings["normalise"], state_folder(snakemake)
data = Dataset.load(files.data, ["train"], best_device())
inputs, labels = data.inputs["train"], data.labels["train"]
network = load(settings["model"], data, files.backbone)
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
probed = {name: tap for name, tap in taps.items() if name != READOUT}
probes = network_probes(network, probed, data, normalise, settings["probe"], seed=seed, state=state)
probes[READOUT] = own_probe(network, taps[READOUT].module)
measured = evaluate(network, probes, taps, inputs, labels, preparation(inputs, normalise))
write_evidence(snakemake.output[0], Evidence(matrices(measured, probes), {}, {}), header(snakemake))
drop_state(state)
