"""Figure 9: accuracy of the network on labels that belong to a head and on the rest, last two blocks."""

import numpy as np
from job import start

from nodal.attention.chance import subset_difference
from nodal.figures.label_accuracy import Split, accuracy_by_ownership
from nodal.figures.style import save
from nodal.files.accuracy import label_accuracy, read_accuracy
from nodal.files.dataset import label_names
from nodal.files.ownership import owned_in_last_blocks
from nodal.paper import LABEL_ACCURACY

snakemake = start()
accuracy = label_accuracy(read_accuracy(snakemake.input.accuracy), split="test")
names, _ = label_names(snakemake.input.data)

sets = owned_in_last_blocks(snakemake.input.appearances)
if len(sets) == 2:
    last, before = sets
    sets[f"both {last} and {before}"] = sets[last] & sets[before]
layers = {}
for number, (layer, owned) in enumerate(sets.items()):
    rng = np.random.default_rng([int(snakemake.wildcards.seed), number])
    layers[layer] = Split(owned, subset_difference(accuracy, owned, 10_000, rng))
printed = LABEL_ACCURACY if snakemake.params.settings["paper"] else {}
save(accuracy_by_ownership(accuracy, layers, names, printed), *snakemake.output)
