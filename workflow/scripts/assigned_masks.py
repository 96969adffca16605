"""The study `assigned_masks`: its table by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.masked import assigned
from nodal.figures.style import save
from nodal.files.accuracy import accuracies, read_accuracy
from nodal.files.studies import read_rows_of_seeds
from nodal.tables.masked import KEYS, assigned_masks
from nodal.tables.seeds import write_study

snakemake = start()
seeds, files = snakemake.params.settings["seeds"], snakemake.input
networks = read_rows_of_seeds(files.masked, seeds)
once = {seed: accuracies(read_accuracy(path)) for seed, path in zip(seeds, files.backbone, strict=True)}
table = write_study(snakemake.output, "assigned_masks", assigned_masks(networks, once), KEYS)
save(assigned(table), snakemake.output.pdf, snakemake.output.png)
