"""What is dropped of the trained network, by every way to choose: masks of nodes, heads, weights."""

from pathlib import Path

from job import header, start

from nodal.architectures.architecture import Tap
from nodal.architectures.families import architecture
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.pruning.budget import budget_masks, droppable, importances
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.scores import largest, magnitude
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, ["train"], best_device())
inputs, labels = data.inputs["train"], data.labels["train"]
prepare = preparation(inputs, settings["normalise"])
sample = prepare.plain(inputs[:2])
network = load(settings["model"], data, files.backbone)
known = architecture(settings["model"])
found = droppable(network, {name: Tap(**tap) for name, tap in settings["taps"].items()}, known.layers, sample)

taps = {each.tap: known.taps[each.tap] for each in found}
probes = load_probes(files.probes, network, taps, sample, len(data.names), settings["probe"])
scores = importances(
    network, probes, taps, found, inputs, labels, prepare, threshold=settings["threshold"],
    batch=settings["retrain.batch"], seed=seed,
)  # fmt: skip
masks = {name: budget_masks(network, found, each, settings["keep"]) for name, each in scores.items()}

weights = {name: weight.detach().cpu().numpy() for name, weight in network.named_parameters()}
shapes = {name: weight.shape for name, weight in weights.items()}
groups = disjoint_masks(known, shapes, len(data.names), settings["groups"])
masks["unstructured"] = {
    name: largest(magnitude(weights[name]), int(mask.sum())) for name, mask in groups.items()
}
for path in map(Path, snakemake.output):
    write_tensors(path, masks[path.stem], header(snakemake))
