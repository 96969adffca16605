"""Figure 2: how the SNP (single-nodal performance) is measured, drawn from a node of the run."""

from job import start

from nodal.figures.silencing import silencing_scheme
from nodal.figures.style import save
from nodal.figures.typical_node import chosen_node
from nodal.files.snp import read_snp

snakemake = start()
settings = snakemake.params.settings
snp, about = read_snp(snakemake.input.snp)
node = chosen_node(snakemake.input.statistics, settings["threshold"], settings["node"])
save(silencing_scheme(snp, node, about["tap"], about["labels"]), *snakemake.output)
