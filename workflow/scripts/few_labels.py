"""The study `few_labels`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.few_labels import ten_labels
from nodal.figures.style import save
from nodal.tables.few_labels import KEYS, Ten, few_labels
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import write_csv, write_study

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
networks = [
    Ten(seed, part, Measured.read(snp, counts))
    for (seed, part), snp, counts in zip(settings["networks"], files.snp, files.probes, strict=True)
]
long, joint = few_labels(networks, dict(settings["attention"]), Counting(**settings["counting"]))
table = write_study(output, "few_labels", long, KEYS)
write_csv(output.few_labels_joint, joint)
save(ten_labels(table, joint), output.pdf, output.png)
