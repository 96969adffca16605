"""Of networks that were trained at several rates, take the one that is best on held-out images."""

import numpy as np
from job import header, start

from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.studies import write_rows
from nodal.files.tensors import read_arrays, write_tensors

snakemake = start()
files, tried = snakemake.input, snakemake.params.settings["rates"]
counts = [read_accuracy(path) for path in files.accuracy]
heldout = [accuracy(each, split="heldout") for each in counts]
best = int(np.argmax(heldout))
rows = [
    {"factor": factor, "rate": rate, "accuracy": accuracy(each, split="test"), "accuracy_heldout": right,
     "chosen": number == best}
    for number, ((factor, rate), each, right) in enumerate(zip(tried, counts, heldout, strict=True))
]  # fmt: skip
write_rows(snakemake.output.rates, rows, header(snakemake))
write_tensors(snakemake.output.backbone, read_arrays(files.backbones[best]), header(snakemake))
