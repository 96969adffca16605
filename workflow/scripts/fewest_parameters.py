"""The study `fewest_parameters`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.masked import fewest
from nodal.figures.style import save
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.studies import read_rows_of_seeds
from nodal.tables.masked import FEWEST_KEYS, FRONT_KEYS, fewest_parameters, front
from nodal.tables.seeds import write_study

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
seeds, output = settings["seeds"], snakemake.output
networks = read_rows_of_seeds(files.masked, seeds)
asked = {
    seed: accuracy(read_accuracy(path), split="heldout") - settings["may_be_lost"]
    for seed, path in zip(seeds, files.backbone, strict=True)
}
long = front(networks)
table = write_study(output, "fewest_parameters", fewest_parameters(long, asked), FEWEST_KEYS)
all_of_them = write_study(output, "fewest_parameters_front", long, FRONT_KEYS)
save(fewest(all_of_them, table, settings["micronet"]), output.pdf, output.png)
