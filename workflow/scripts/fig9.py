"""Figure 9: accuracy of the network on labels that belong to a head and on the rest, last two blocks."""

import numpy as np
from job import start

from nodal.attention.chance import reach
from nodal.attention.owned_accuracy import in_last_blocks, owned_accuracy
from nodal.figures.label_accuracy import Split, accuracy_by_ownership
from nodal.figures.style import save
from nodal.files.accuracy import label_accuracy, read_accuracy
from nodal.files.dataset import label_names
from nodal.files.ownership import owned_in_last_blocks
from nodal.paper import LABEL_ACCURACY

snakemake = start()
accuracy = label_accuracy(read_accuracy(snakemake.input.accuracy), split="test")
names, _ = label_names(snakemake.input.data)

taps = owned_in_last_blocks(snakemake.input.appearances)
blocks = list(taps.values())
rng = np.random.default_rng(int(snakemake.wildcards.seed))
found = owned_accuracy(accuracy, blocks, rng)
titles = dict(zip(("last", "before"), taps, strict=False)) | {"both": f"both {' and '.join(taps)}"}
in_some = np.any(blocks, axis=0)
layers = {}
for name, owned in in_last_blocks(blocks).items():
    difference, random = found[name]
    layers[titles[name]] = Split(owned, in_some if name == "both" else owned, difference, reach(random))
printed = LABEL_ACCURACY if snakemake.params.settings["paper"] else {}
save(accuracy_by_ownership(accuracy, layers, names, printed), *snakemake.output)
