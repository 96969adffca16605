"""Figure 3: the SNP (single-nodal performance) matrix of a node, clipped, and permuted cluster by cluster."""

from job import start

from nodal.figures.matrices import Example, clipped_matrices
from nodal.figures.style import save
from nodal.figures.typical_node import chosen_node
from nodal.files.clusters import read_clusters
from nodal.files.snp import read_snp

snakemake = start()
settings = snakemake.params.settings
examples = []
for snp_path, cluster_path, statistics in zip(
    snakemake.input.snp, snakemake.input.clusters, snakemake.input.statistics, strict=True
):
    snp, about = read_snp(snp_path)
    node = chosen_node(statistics, settings["threshold"], settings["node"])
    numbers = read_clusters(cluster_path, settings["threshold"])[node]
    examples.append(Example(f"{about['tap']}, node {node}", snp.matrices([node])[0], numbers))
save(clipped_matrices(examples, settings["threshold"], about["labels"]), *snakemake.output)
