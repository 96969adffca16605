"""The data of some of the labels, drawn at random, with each training input several times."""

from job import start

from nodal.data.dataset import Dataset
from nodal.data.subset import of_labels, repeated, some_labels

snakemake = start()
seed, labels, times, part = (int(snakemake.wildcards[name]) for name in ("seed", "labels", "times", "part"))
data = Dataset.load(snakemake.input.data)
chosen = some_labels(len(data.names), labels, seed, part)
repeated(of_labels(data, chosen), times).save(snakemake.output[0])
