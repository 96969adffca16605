"""Take published weights as the network of a run, and count its correct answers first."""

import logging
from pathlib import Path

from job import header, start

from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.tensors import write_tensors
from nodal.models.build import build, cpu_state
from nodal.models.pretrained_folder import load_folder
from nodal.models.published import load_published
from nodal.training.answers import answers, split_counts
from nodal.training.device import best_device
from nodal.training.given_weights import check_given

snakemake = start()
settings = snakemake.params.settings
data = Dataset.load(snakemake.input.data, ["heldout", "test"], best_device())
network = build(settings["model"], data)
given = snakemake.input.checkpoint
if isinstance(given, str):
    load_published(network, given)
else:
    load_folder(network, Path(given[0]).parent, data.names)
answered = answers(network, data, preparation(data.inputs["test"], settings["normalise"]))
rows = split_counts(answered, data)
for keys, images, correct in rows:
    logging.info("accuracy on %s: %.4f", keys["split"], int(correct.sum()) / int(images.sum()))
check_given(answered["heldout"], data.labels["heldout"], len(data.names), settings["pretrain.at_chance"])
write_accuracy(snakemake.output.accuracy, rows, header(snakemake))
write_tensors(snakemake.output.backbone, cpu_state(network), header(snakemake))
