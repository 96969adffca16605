"""Figure 11: attention output fields beside their images, and their similarity over all test images."""

import json

import numpy as np
from job import start

from nodal.figures.attention_maps import Distribution, Example, figure11
from nodal.figures.style import save
from nodal.parquet import read_table
from nodal.tensor_file import read_about, read_arrays

start(snakemake)
arrays, about = read_arrays(snakemake.input.examples), read_about(snakemake.input.examples)
examples = [
    Example(
        arrays["images"][row],
        arrays["maps.backbone"][row],
        arrays["maps.andc"][row, 0],
        np.append(arrays["similarity.backbone"][row], arrays["similarity.andc"][row, 0]),
        int(arrays["owner"][row]),
        f"{label}: {why}",
    )
    for row, (label, why) in enumerate(zip(json.loads(about["label"]), json.loads(about["why"]), strict=True))
]
table = read_table(snakemake.input.similarity)[0].to_pandas()
table = table[table["network"] == "backbone"]
distributions = {}
for head, part in table[table["head"] > 0].groupby("head"):
    own = part["owner"] == head
    similarity, control = (part[name].abs().to_numpy() for name in ("similarity", "similarity_other"))
    distributions[head] = Distribution(similarity[own], similarity[~own], control[own])
save(figure11(examples, distributions, json.loads(about["tap"])), *snakemake.output)
