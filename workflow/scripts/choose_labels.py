"""The data of some of the labels, drawn at random: a few of a seed are among the more of it."""

from job import start

from nodal.data.dataset import Dataset
from nodal.data.subset import of_labels, some_labels

snakemake = start()
seed, wanted = int(snakemake.wildcards.seed), int(snakemake.wildcards.labels)
data = Dataset.load(snakemake.input.data)
of_labels(data, some_labels(len(data.names), wanted, seed)).save(snakemake.output[0])
