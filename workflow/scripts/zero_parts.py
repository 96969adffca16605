"""Zero each part of the network, and count what is lost; of whole blocks again after retraining."""

from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Layer
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.models.build import load
from nodal.pruning.importance import importance
from nodal.pruning.parts import parts
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, device=best_device())
network = load(settings["model"], data, files.backbone)
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
shapes = {weight: network.get_parameter(weight).shape for weight in layers}
state = state_folder(snakemake)
rows = importance(
    network, parts(layers, settings["heads"], shapes), settings["blocks"], data, settings["normalise"],
    settings["pruning.retrain"], seed=seed, state=state,
)  # fmt: skip
write_accuracy(snakemake.output[0], rows, header(snakemake))
drop_state(state)
