"""Train all probes of a probe set on the frozen network."""

import pandas as pd
import torch
from job import drop_state, header, start, state_folder

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state, load
from nodal.training.device import best_device
from nodal.training.probes import new_probes, train_probes

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
recipe = settings["probe"]
data = Dataset.load(snakemake.input.data, ["train"], best_device())
network = load(settings["model"], data, snakemake.input.backbone)
taps = {name: network.taps()[name] for name in recipe["taps"]}
pixels = {key: value for key, value in recipe["augment"].items() if key not in ("mixup", "cutmix")}
augment = Augment(settings["normalise"], **pixels)
torch.manual_seed(seed)
probes = new_probes(network, taps, augment.plain(data.images["train"][:1]), len(data.names), recipe)
state = state_folder(snakemake)
history = train_probes(network, probes, taps, data, augment, recipe, seed=seed, state=state / "probes")
pd.DataFrame(history).to_csv(snakemake.output.history, index=False)
write_tensors(snakemake.output.probes, cpu_state(probes), header(snakemake))
drop_state(state)
