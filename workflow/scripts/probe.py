"""Train all probes of a probe set on the frozen network, or take the network's own last layer as one."""

import pandas as pd
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import READOUT, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state, load
from nodal.models.probe import Probes, new_probes, own_probe
from nodal.training.device import best_device
from nodal.training.probes import train_probes

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
recipe = settings["probe"]
data = Dataset.load(snakemake.input.data, ["train"], best_device())
network = load(settings["model"], data, snakemake.input.backbone)
taps = {name: Tap(**settings["taps"][name]) for name in recipe["taps"]}
inputs = data.inputs["train"]
state = state_folder(snakemake)
history = []
if READOUT in taps:
    probes = Probes({READOUT: own_probe(network, taps[READOUT].module)})
else:
    prepare = preparation(inputs, settings["normalise"], recipe["augment"])
    torch.manual_seed(seed)
    probes = new_probes(network, taps, prepare.plain(inputs[:1]), len(data.names), recipe)
    history = train_probes(network, probes, taps, data, prepare, recipe, seed=seed, state=state / "probes")
pd.DataFrame(history, columns=list(history[0]) if history else ["epoch"]).to_csv(
    snakemake.output.history, index=False
)
write_tensors(snakemake.output.probes, cpu_state(probes), header(snakemake))
drop_state(state)
