"""The study `assigned_heads`: its table by seed and over the seeds, and its figure."""

from job import start

from nodal.attention.assignment import assigned_labels
from nodal.figures.assigned_heads import assigned_shown
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.files.dataset import label_names
from nodal.tables.assigned_heads import KEYS, Assigned, assigned_heads
from nodal.tables.measured import Counting, Measured
from nodal.tables.seeds import write_study

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
names, superclass = label_names(files.data)
networks = []
for (seed, sets, factor), answers, snp, probes in zip(
    settings["networks"], files.networks, files.snp, files.probes, strict=True
):
    assigned = {kind: assigned_labels(kind, len(names), superclass, settings["heads"], seed) for kind in sets}
    networks.append(Assigned(seed, assigned, factor, read_accuracy(answers), Measured.read(snp, probes)))
long = assigned_heads(networks, settings["tap"], Counting(**settings["counting"]))
table = write_study(output, "assigned_heads", long, KEYS)
save(assigned_shown(table), output.pdf, output.png)
