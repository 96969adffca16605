"""Attention output fields of all test images, of the network and of the pruned one, and some to be shown."""

import numpy as np
import pandas as pd
import torch
from job import header, start

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.ownership import read_heads
from nodal.files.parquet import write_table
from nodal.files.tensors import write_tensors
from nodal.models.build import load
from nodal.training.attention_fields import (
    measure_fields,
    partners,
    shown_images,
    similarity,
    token_luminance,
)
from nodal.training.device import best_device

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
data = Dataset.load(snakemake.input.data, ["test"], best_device())
images, labels = data.images["test"], data.labels["test"].cpu()
counts, owner, tap = read_heads(snakemake.input.appearances)
heads = len(counts)
owners = torch.from_numpy(owner)[labels] + 1  # heads count from 1; 0 is none

networks, frames = {"backbone": snakemake.input.backbone, "andc": snakemake.input.pruned}, []
measured, similar = {}, {}
for name, path in networks.items():
    network = load(settings["model"], data, path)
    fields = measure_fields(network, network.taps()[tap], images, Augment(settings["normalise"]), heads)
    luminance = token_luminance(images, fields.maps.shape[-1]).cpu()
    other = torch.from_numpy(partners(labels.numpy(), np.random.default_rng(seed)))
    control = similarity(fields.maps, luminance[other.clamp(min=0)])
    control[other < 0] = float("nan")
    measured[name], similar[name] = fields, similarity(fields.maps, luminance)
    image, head = np.indices(control.shape)
    columns = {
        "image": image, "label": labels[image], "predicted": fields.predicted[image], "head": head,
        "owner": owners[image], "similarity": similar[name], "similarity_other": control,
    }  # fmt: skip
    flat = {key: np.asarray(value).ravel() for key, value in columns.items()}
    frames.append(pd.DataFrame({"network": name, **flat}))

definitions = {
    "network": "backbone, or andc: pruned by ANDC and retrained",
    "image": "index of the test image",
    "label": "its label",
    "predicted": "label with the largest logit",
    "head": "attention head whose mean field it is, counted from 1; 0: all heads",
    "owner": "head that its label belongs to; 0: none",
    "similarity": "correlation over the tokens of field and luminance of the image",
    "similarity_other": "the same field with the luminance of another image of the label; nan without one",
}
table = pd.concat(frames, ignore_index=True)
write_table(
    snakemake.output.similarity,
    {name: table[name].to_numpy() for name in definitions},
    definitions,
    header(snakemake) | {"tap": tap},
)

own = similar["backbone"][torch.arange(len(labels)), owners].numpy()
eligible = ((measured["backbone"].predicted == labels) & (owners > 0)).numpy()
chosen = shown_images(own, eligible)
rows = torch.tensor(list(chosen.values()), dtype=torch.int64)
tensors = {"images": images.cpu()[rows], "owner": owners[rows]}
for name in networks:
    maps = measured[name].maps[rows]
    side = round(maps.shape[-1] ** 0.5)
    tensors |= {f"maps.{name}": maps.unflatten(-1, (side, side)), f"similarity.{name}": similar[name][rows]}
shown = {"image": rows.tolist(), "label": [data.names[labels[row]] for row in rows.tolist()]}
about = {"why": list(chosen), **shown, "tap": tap}
write_tensors(snakemake.output.examples, tensors, header(snakemake) | about)
