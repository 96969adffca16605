"""Prune the FC layer of a trained probe in every way, and retrain that layer alone (claims P1-P3)."""

from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.pruning.fc_pruning import prune_fc
from nodal.training.device import best_device
from nodal.training.pooled import pooled_splits

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
tap, files = settings["fc_pruning.tap"], snakemake.input
data = Dataset.load(files.data, device=best_device())
network = load(settings["model"], data, files.backbone)
prepare = preparation(data.inputs["test"], settings["normalise"])
taps = {tap: Tap(**settings["taps"][tap])}
sample = prepare.plain(data.inputs["test"][:1])
probes = load_probes(files.probes, network, taps, sample, len(data.names), settings["probe"])

# Only the FC layer changes, so what it reads is computed once.
pooled = pooled_splits(network, probes, taps, data, prepare)[tap]
recipe = settings["fc_pruning.retrain"]
rows = prune_fc(probes[tap], pooled, data.labels, settings["thresholds"], recipe, seed)
write_accuracy(snakemake.output[0], rows, header(snakemake))
