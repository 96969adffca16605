"""Drop what a mask drops of the trained network, and train it again."""

from job import drop_state, header, start, state_folder

from nodal.data.dataset import Dataset
from nodal.files.tensors import read_tensors, write_tensors
from nodal.models.build import cpu_state, load
from nodal.pruning.masked_weights import Masks
from nodal.training.device import best_device
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, device=best_device())
network = load(settings["model"], data, snakemake.input.backbone)
kept = Masks(network, read_tensors(snakemake.input.mask))
kept.apply()
state = state_folder(snakemake)
pretrain(
    network, data, settings["normalise"], settings["shipping.retrain"], seed=seed, state=state / "network",
    after_step=kept.apply,
)  # fmt: skip
write_tensors(snakemake.output[0], cpu_state(network), header(snakemake))
drop_state(state)
