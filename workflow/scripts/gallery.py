"""The gallery of a tap: the permuted clusters of all its nodes on one sheet."""

from job import start

from nodal.figures.gallery import gallery
from nodal.figures.style import save
from nodal.files.clusters import read_clusters
from nodal.files.snp import read_snp

snakemake = start()
threshold = snakemake.params.settings["threshold"]
snp, about = read_snp(snakemake.input.snp)
numbers = read_clusters(snakemake.input.clusters, threshold)
save(gallery(snp, numbers, threshold, about["tap"], about["labels"]), *snakemake.output)
