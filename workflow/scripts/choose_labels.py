"""The data of some of the labels, drawn at random: a few of a seed are among the more of it."""

from job import start

from nodal.data.dataset import Dataset
from nodal.data.subset import of_labels, repeated, some_labels

snakemake = start()
seed, labels, times, part = (
    int(snakemake.wildcards.get(name, default))
    for name, default in (("seed", 0), ("labels", 0), ("times", 1), ("part", 0))
)
data = Dataset.load(snakemake.input.data)
chosen = some_labels(len(data.names), labels, seed, part)
repeated(of_labels(data, chosen), times).save(snakemake.output[0])
