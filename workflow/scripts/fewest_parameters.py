"""The study `fewest_parameters`: its tables by seed and over the seeds, and its figure."""

from itertools import cycle

import pandas as pd
from job import start

from nodal.figures.masked import fewest
from nodal.figures.style import save
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.studies import read_rows
from nodal.tables.masked import FEWEST_KEYS, FRONT_KEYS, fewest_parameters, front
from nodal.tables.seeds import over_seeds, write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
seeds, output = settings["seeds"], snakemake.output
networks = pd.concat(
    [read_rows(path).assign(seed=seed) for path, seed in zip(files.masked, cycle(seeds), strict=False)],
    ignore_index=True,
)
asked = {
    seed: accuracy(read_accuracy(path), split="heldout") - settings["may_be_lost"]
    for seed, path in zip(seeds, files.backbone, strict=True)
}
long = front(networks)
smallest = fewest_parameters(long, asked)
table, over_front = over_seeds(smallest, FEWEST_KEYS), over_seeds(long, FRONT_KEYS)
for name, one in (
    ("fewest_parameters", table), ("fewest_parameters_seeds", smallest),
    ("fewest_parameters_front", over_front), ("fewest_parameters_front_seeds", long),
):  # fmt: skip
    write_csv(output[name], one)
save(fewest(over_front, table, settings["micronet"]), output.pdf, output.png)
