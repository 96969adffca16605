"""Attention output fields of all test images, of the network and of the pruned one, and some to be shown."""

import numpy as np
from job import header, start

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.attention_fields import write_examples, write_similarity
from nodal.files.ownership import read_heads
from nodal.models.build import load
from nodal.training.attention_fields import image_similarity, partners, shown_images
from nodal.training.device import best_device

snakemake = start()
settings, seed, files = snakemake.params.settings, int(snakemake.wildcards.seed), snakemake.input
data = Dataset.load(files.data, ["test"], best_device())
images, labels = data.inputs["test"], data.labels["test"].cpu().numpy()
_, owner, tap = read_heads(files.appearances)
owners = owner[labels] + 1  # heads count from 1; 0 is none
other = partners(labels, np.random.default_rng(seed))

networks = {}
for name, path in {"backbone": files.backbone, "andc": files.pruned}.items():
    network, prepare = load(settings["model"], data, path), preparation(images, settings["normalise"])
    networks[name] = image_similarity(network, Tap(**settings["taps"][tap]), images, prepare, other)
about = header(snakemake) | {"tap": tap}
write_similarity(snakemake.output.similarity, networks, labels, owners, about)

backbone = networks["backbone"]
own = backbone.own[np.arange(len(labels)), owners]
chosen = shown_images(own, (backbone.predicted == labels) & (owners > 0))
rows = np.array(list(chosen.values()), np.int64)
said = {"why": list(chosen), "image": rows.tolist(), "label": [data.names[label] for label in labels[rows]]}
write_examples(snakemake.output.examples, networks, images.cpu().numpy(), owners, rows, about | said)
