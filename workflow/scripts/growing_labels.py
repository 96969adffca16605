"""The study `growing_labels`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.growing_labels import labels_and_widths
from nodal.figures.style import save
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.tables.growing_labels import KEYS, LIMIT_KEYS, growing_labels, held, limits
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import over_seeds, write_csv

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
counting, rows = Counting(**settings["counting"]), []
for (seed, width), snp, probes, path in zip(
    settings["networks"], files.snp, files.probes, files.networks, strict=True
):
    network = read_accuracy(path)
    right = {
        f"accuracy{suffix}": accuracy(network, split=split)
        for split, suffix in (("test", ""), ("heldout", "_heldout"))
    }
    found = held(Measured.read(snp, probes), settings["tap"], counting, seed)
    rows.append({"width": width, "seed": seed, **right, **found})
long = growing_labels(rows)
limit = limits(long)
table, over_limit = over_seeds(long, KEYS), over_seeds(limit, LIMIT_KEYS)
for name, one in (
    ("growing_labels", table), ("growing_labels_seeds", long),
    ("growing_labels_limit", over_limit), ("growing_labels_limit_seeds", limit),
):  # fmt: skip
    write_csv(output[name], one)
save(labels_and_widths(table, over_limit), output.pdf, output.png)
