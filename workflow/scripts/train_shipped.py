"""Train a network from scratch in disjoint groups, masked from the first step; or one of half the width."""

import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.families import architecture
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import build, cpu_state
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.masked_weights import Masks
from nodal.training.device import best_device
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, device=best_device())
torch.manual_seed(seed)
network = build(settings["model"], data)
shapes = {name: weight.shape for name, weight in network.named_parameters()}
known = architecture(settings["model"])
masks = disjoint_masks(known, shapes, len(data.names), settings["groups"])
if known.readout and not settings["masked_fc"]:
    del masks[f"{known.readout.module}.weight"]
kept = Masks(network, masks)
kept.apply()
state = state_folder(snakemake)
pretrain(
    network, data, settings["normalise"], settings["pretrain"], seed=seed, state=state / "network",
    after_step=kept.apply,
)  # fmt: skip
write_tensors(snakemake.output[0], cpu_state(network), header(snakemake))
drop_state(state)
