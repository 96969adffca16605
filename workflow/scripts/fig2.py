"""Figure 2: how the SNP (single-nodal performance) is measured, drawn from a node of the run."""

from job import start

from nodal.figures.silencing import figure2
from nodal.figures.style import save
from nodal.snp_file import read_snp
from nodal.typical import chosen_node

start(snakemake)
settings = snakemake.params.settings
snp, about = read_snp(snakemake.input.snp)
node = chosen_node(snakemake.input.statistics, settings["threshold"], settings["node"])
save(figure2(snp, node, about["tap"], about["labels"]), *snakemake.output)
