"""The study `number_of_heads`: its table by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.number_of_heads import heads_shown
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.tables.measured import Counting, Measured
from nodal.tables.number_of_heads import KEYS, Headed, number_of_heads
from nodal.tables.seeds import write_study

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
networks = [
    Headed(heads, seed, last, read_accuracy(answers), Measured.read(snp, probes))
    for (seed, heads, last), answers, snp, probes in zip(
        settings["networks"], files.networks, files.snp, files.probes, strict=True
    )
]
long = number_of_heads(networks, settings["tap"], Counting(**settings["counting"]))
table = write_study(output, "number_of_heads", long, KEYS)
save(heads_shown(table, long), output.pdf, output.png)
