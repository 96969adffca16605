"""Count and time the networks of a run that are smaller, in torch and in onnxruntime, on one thread."""

from pathlib import Path

import pandas as pd
import torch
from job import start

from benchmarks.latency import latencies, sparse
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.figures.shipping import accuracy_and_speed
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.pruning.cost import cost
from nodal.pruning.shipped import load
from nodal.tables.seeds import write_csv
from nodal.tables.shipping import shipping

BATCHES = (1, 64)
REPEATS = 21

snakemake = start()
torch.set_num_threads(1)
data = Dataset.load(snakemake.input.data)
prepare = preparation(data.inputs["test"], snakemake.params.settings["normalise"])
networks = {Path(path).stem: load(path) for path in snakemake.input.networks}
costs = {name: cost(network, prepare.plain(data.inputs["test"][:2])) for name, network in networks.items()}
for path in map(Path, snakemake.input.networks):
    costs[path.stem]["bytes"] = path.stat().st_size
networks["random_csr"] = sparse(networks["random"])
costs["random_csr"] = {"nonzero": costs["random"]["nonzero"], "macs_left": costs["random"]["macs_left"]}

images = prepare.plain(data.inputs["test"][: max(BATCHES)])
for batch, times in latencies(networks, images, BATCHES, "dense", REPEATS).items():
    for name, found in times.items():
        costs[name] |= {f"{what}_{batch}": value for what, value in found.items()}
counted = [
    pd.concat([read_accuracy(grouped), read_accuracy(dropped)])
    for grouped, dropped in zip(snakemake.input.grouped, snakemake.input.dropped, strict=True)
]
table = shipping(counted, costs)
write_csv(snakemake.output.table, table)
save(accuracy_and_speed(table, BATCHES), snakemake.output.pdf, snakemake.output.png)
