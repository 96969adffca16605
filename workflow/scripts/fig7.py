"""Figure 7: appearances of each label in the clusters of each attention head of the last block."""

from job import start

from nodal.attention.chance import appearance_band
from nodal.figures.head_counts import label_counts
from nodal.figures.style import save
from nodal.files.dataset import label_names
from nodal.files.ownership import nodes_of, read_heads

snakemake = start()
counts, owner, tap = read_heads(snakemake.input.appearances)
nodes = nodes_of(snakemake.input.appearances, tap)
chance = appearance_band(counts, nodes)
names, _ = label_names(snakemake.input.data)
where = f"{tap}, {nodes} nodes in {len(counts)} heads"
save(label_counts(counts, owner, chance, names, where), *snakemake.output)
