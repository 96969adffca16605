"""Figure 8: the labels of each attention head: appearances, and the accuracy of each head alone on them."""

import numpy as np
from job import start

from nodal.attention.chance import appearance_band
from nodal.figures.head_labels import owned_labels_and_accuracy
from nodal.figures.style import save
from nodal.files.accuracy import label_accuracy, read_accuracy
from nodal.files.dataset import label_names
from nodal.files.ownership import nodes_of, read_heads

snakemake = start()
settings = snakemake.params.settings
counts, owner, tap = read_heads(snakemake.input.appearances)
measured = read_accuracy(snakemake.input.accuracy)
heads = range(1, len(counts) + 1)
accuracy = np.stack([label_accuracy(measured, tap=tap, split="test", head=head) for head in heads])
names, _ = label_names(snakemake.input.data)
where = (
    f"{tap}: labels held at least {settings['specialisation.ratio']:g} times as often as by any other head"
)
chance = appearance_band(counts, nodes_of(snakemake.input.appearances, tap))
save(owned_labels_and_accuracy(counts, owner, accuracy, chance, names, where), *snakemake.output)
