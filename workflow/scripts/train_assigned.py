"""Train a network whose attention heads learn more from the labels that were assigned to them."""

import pandas as pd
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.attention_heads import HeadWeights
from nodal.attention.assignment import assigned_labels
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.tensors import write_tensors
from nodal.models.build import build, cpu_state
from nodal.training.answers import answers, split_counts
from nodal.training.device import best_device
from nodal.training.head_gradients import HeadGradients
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed, output = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.output
data, normalise = Dataset.load(snakemake.input.data, device=best_device()), settings["normalise"]
weights = {name: HeadWeights(**own) for name, own in settings["weights"].items()}
(heads,) = {own.heads for own in weights.values()}
assigned = assigned_labels(settings["sets"], len(data.names), data.superclass, heads, seed)
factors = torch.where(torch.from_numpy(assigned.T), float(settings["factor"]), 1.0)
gradients = HeadGradients(factors.to(data.inputs["train"].device))
torch.manual_seed(seed)
network = build(settings["model"], data)
state = state_folder(snakemake)
with gradients.of(network, weights):
    history = pretrain(
        network, data, normalise, settings["pretrain"], seed=seed, state=state / "network",
        before_pass=gradients,
    )  # fmt: skip

answered = answers(network, data, preparation(data.inputs["test"], normalise))
write_accuracy(output.accuracy, split_counts(answered, data), header(snakemake))
pd.DataFrame(history).to_csv(output.history, index=False)
write_tensors(output.backbone, cpu_state(network), header(snakemake))
drop_state(state)
