"""Train the network of a run from scratch, and count its correct answers."""

import pandas as pd
import torch
from job import drop_state, header, start, state_folder

from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.tensors import write_tensors
from nodal.models.build import build, cpu_state
from nodal.training.answers import answers, split_counts
from nodal.training.device import best_device
from nodal.training.optimizer import muon_groups
from nodal.training.pretraining import pretrain

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, device=best_device())
torch.manual_seed(seed)
network = build(settings["model"], data)
recipe, state = settings["pretrain"], state_folder(snakemake)
groups = None
if recipe["optimizer"] == "muon":  # in the study `optimizers` alone
    groups = muon_groups(network, settings["matrices"], recipe["lr"], recipe["weight_decay"])
history = pretrain(
    network, data, settings["normalise"], recipe, seed=seed, state=state / "network", groups=groups
)

answered = answers(network, data, preparation(data.inputs["test"], settings["normalise"]))
write_accuracy(snakemake.output.accuracy, split_counts(answered, data), header(snakemake))
pd.DataFrame(history).to_csv(snakemake.output.history, index=False)
write_tensors(snakemake.output.backbone, cpu_state(network), header(snakemake))
drop_state(state)
