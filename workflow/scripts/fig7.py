"""Figure 7: appearances of each label in the clusters of each attention head of the last block."""

from job import start

from nodal.data.labels import label_names
from nodal.figures.head_counts import figure7
from nodal.figures.style import save
from nodal.head_chance import appearance_band
from nodal.head_file import read_heads

start(snakemake)
settings = snakemake.params.settings
counts, owner, tap = read_heads(snakemake.input.appearances)
chance = appearance_band(counts, settings["model.width"])
names, _ = label_names(snakemake.input.data)
where = f"{tap}, {settings['model.width']} nodes in {len(counts)} heads"
save(figure7(counts, owner, chance, names, where), *snakemake.output)
