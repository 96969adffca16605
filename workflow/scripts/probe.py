"""Train all probes of a probe set on the frozen network, and the same on the network before its training."""

import pandas as pd
import torch
from job import drop_state, header, start, state_folder

from nodal.architectures.architecture import READOUT, Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state, load
from nodal.models.probe import Probes
from nodal.models.probe_sets import new_probes, own_probe, with_rotated, with_rotated_taps
from nodal.training.device import best_device
from nodal.training.probes import train_probes

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
recipe, rotated = settings["probe"], settings["rotated"]
data = Dataset.load(files.data, ["train"], best_device())
taps = {name: Tap(**settings["taps"][name]) for name in recipe["taps"]}
places = with_rotated_taps(taps, rotated)
inputs = data.inputs["train"]
prepare = preparation(inputs, settings["normalise"], recipe["augment"])
state = state_folder(snakemake)

history = []
for name in ("backbone", "untrained"):
    network = load(settings["model"], data, files[name])
    if READOUT in taps:
        probes = Probes({READOUT: own_probe(network, taps[READOUT].module)})
    else:
        torch.manual_seed(seed)
        probes = new_probes(network, taps, prepare.plain(inputs[:1]), len(data.names), recipe)
        probes = with_rotated(probes, rotated, recipe, seed)
        records = train_probes(
            network, probes, places, data, prepare, recipe, seed=seed, state=state / name
        )  # fmt: skip
        history += [{"network": name, **record} for record in records]
    write_tensors(snakemake.output[name], cpu_state(probes), header(snakemake))
pd.DataFrame(history or {"network": []}).to_csv(snakemake.output.history, index=False)
drop_state(state)
