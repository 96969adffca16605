"""Train a network with masked weights, from its first step, or a trained one again; count what is left."""

import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import Architecture, Layer, Readout
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import read_evidence
from nodal.files.studies import write_rows
from nodal.models.build import build, load
from nodal.pruning.assigned import start_kept
from nodal.pruning.cost import cost
from nodal.pruning.dealt import readout_weight
from nodal.pruning.masked_networks import (
    FROM_SCRATCH,
    density_of,
    mask_after_training,
    mask_from_scratch,
)  # fmt: skip
from nodal.pruning.masked_weights import Masks
from nodal.pruning.network_pruning import accuracies
from nodal.training.device import best_device
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
wildcards, normalise = snakemake.wildcards, settings["normalise"]
data = Dataset.load(files.data, device=best_device())
layers = {weight: Layer(**layer) for weight, layer in settings["layers"]}
known = Architecture({}, layers, (), readout=Readout(settings["readout"]))
chosen, share, mask = settings["chosen"], int(wildcards.share), wildcards.mask
torch.manual_seed(seed)
network = build(settings["model"], data)
readout, fc = readout_weight(known), network.get_submodule(settings["readout"])
shapes = {name: tuple(network.get_parameter(name).shape) for name in (*layers, readout)}
if mask in FROM_SCRATCH:
    masks = mask_from_scratch(mask, known, shapes, len(data.names), chosen, share, seed)
    if readout in masks:  # a masked FC layer as small as an unmasked one's start may never learn
        assert isinstance(fc, torch.nn.Linear)
        start_kept(fc, masks[readout])
else:
    network = load(settings["model"], data, files.backbone)
    weights = {name: network.get_parameter(name).detach().cpu().numpy() for name in chosen}
    masks = mask_after_training(mask, known, weights, read_evidence(files.snp).snp, chosen, share)
kept, state = Masks(network, masks), state_folder(snakemake)
kept.apply()
pretrain(
    network, data, normalise, settings["pretrain"], seed=seed, state=state / "network", after_step=kept.apply
)
prepare = preparation(data.inputs["test"], normalise)
row = {
    "width": wildcards.width, "pruned": wildcards.pruned, "share": share, "mask": mask,
    "density": density_of(masks, shapes, chosen),
    "parameters": cost(network, prepare.plain(data.inputs["test"][:2]))["nonzero"],
    **accuracies(network, data, prepare, "accuracy"),
}  # fmt: skip
write_rows(snakemake.output[0], [row], header(snakemake))
drop_state(state)
