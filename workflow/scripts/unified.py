"""The unified table of all runs with a probe a block, by seed and over the seeds, and its figure."""

from itertools import product

from job import start

from nodal.figures.style import save
from nodal.figures.unified import along_the_depth
from nodal.files.accuracy import read_accuracy
from nodal.files.rotated import read_rotated
from nodal.files.tensors import parameter_count
from nodal.tables.seeds import by_seed, over_seeds, write_csv
from nodal.tables.unified import KEYS, BlockSet, Row, unified

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
rows: list[Row] = []
for place, (about, seed) in enumerate(product(settings["sets"], settings["seeds"])):
    found = BlockSet(
        **about,
        seed=seed,
        parameters=parameter_count(files.network[place]),
        rotated=read_rotated(files.rotated[place]),
        counts=read_accuracy(files.accuracy[place]),
        untrained=read_accuracy(files.untrained[place]),
        backbone=read_accuracy(files.backbone[place]),
    )
    rows += unified(found)
long = by_seed(rows, KEYS)
table = over_seeds(long, KEYS)
write_csv(snakemake.output.seeds, long)
write_csv(snakemake.output.table, table)
save(along_the_depth(table), snakemake.output.pdf, snakemake.output.png)
