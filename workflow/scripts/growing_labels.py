"""The study `growing_labels`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.growing_labels import labels_and_widths
from nodal.figures.style import save
from nodal.files.accuracy import accuracies, read_accuracy
from nodal.tables.growing_labels import KEYS, LIMIT_KEYS, growing_labels, held, limits
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import write_study

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
counting, rows = Counting(**settings["counting"]), []
for (seed, width), snp, probes, path in zip(
    settings["networks"], files.snp, files.probes, files.networks, strict=True
):
    found = held(Measured.read(snp, probes), settings["tap"], counting, seed)
    rows.append({"width": width, "seed": seed, **accuracies(read_accuracy(path)), **found})
long = growing_labels(rows)
table = write_study(output, "growing_labels", long, KEYS)
limit = write_study(output, "growing_labels_limit", limits(long), LIMIT_KEYS)
save(labels_and_widths(table, limit), output.pdf, output.png)
