"""The network of a run before its training: the initial weights of its seed, with batch statistics."""

import torch
from job import header, start

from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import build, cpu_state
from nodal.training.device import best_device
from nodal.training.untrained import settle_batch_norm

BATCH = 100

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, ["train"], best_device())
torch.manual_seed(seed)
network = build(settings["model"], data)
inputs = data.inputs["train"]
prepare = preparation(inputs, settings["normalise"])
# In random order, as stored inputs are sorted by label; without a short rest, which would weigh as much.
order = torch.randperm(len(inputs)).split(BATCH)
batches = [part for part in order if len(part) == len(order[0])]
settle_batch_norm(network, (prepare.plain(inputs[part.to(inputs.device)]) for part in batches))
write_tensors(snakemake.output[0], cpu_state(network), header(snakemake))
