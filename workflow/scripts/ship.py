"""Make every network as small as its zeros allow, and count its correct answers and what it costs."""

import logging

from job import header, start

from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.models.build import load
from nodal.models.csr import as_csr
from nodal.pruning.compact import compact
from nodal.pruning.cost import cost
from nodal.pruning.shipped import save
from nodal.training.answers import answers, split_counts
from nodal.training.device import best_device

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
data = Dataset.load(files.data, ["heldout", "test"], best_device())
inputs = data.inputs["test"]
prepare = preparation(inputs, settings["normalise"])
sample = prepare.plain(inputs[:2])
rows = []
for (name, model), path, written in zip(
    settings["networks"], files.networks, snakemake.output.networks, strict=True
):
    made = compact(load(model, data, path), {}, sample)  # what was masked is zero
    for row in made.left.itertuples():
        logging.info("%s: %s: %d %s stay: %s", name, row.weight, row.count, row.what, row.why)
    network = as_csr(made.network) if name == "unstructured_csr" else made.network
    keys = {"network": name, **cost(network, sample)}
    for more, images, correct in split_counts(answers(network, data, prepare), data):
        rows.append(({**keys, **more}, images, correct))
    save(written, network.cpu(), model, len(data.names), inputs.shape[-1], len(data.vocabulary))
write_accuracy(snakemake.output.accuracy, rows, header(snakemake))
