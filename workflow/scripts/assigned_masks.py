"""The study `assigned_masks`: its table by seed and over the seeds, and its figure."""

from itertools import cycle

import pandas as pd
from job import start

from nodal.figures.masked import assigned
from nodal.figures.style import save
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.studies import read_rows
from nodal.tables.masked import KEYS, assigned_masks
from nodal.tables.seeds import over_seeds, write_csv

snakemake = start()
seeds, files = snakemake.params.settings["seeds"], snakemake.input
networks = pd.concat(
    [read_rows(path).assign(seed=seed) for path, seed in zip(files.masked, cycle(seeds), strict=False)],
    ignore_index=True,
)
answers = dict(zip(seeds, map(read_accuracy, files.backbone), strict=True))
once = {
    seed: {
        f"accuracy{suffix}": accuracy(counts, split=split)
        for split, suffix in (("test", ""), ("heldout", "_heldout"))
    }
    for seed, counts in answers.items()
}
long = assigned_masks(networks, once)
table = over_seeds(long, KEYS)
write_csv(snakemake.output.assigned_masks, table)
write_csv(snakemake.output.assigned_masks_seeds, long)
save(assigned(table), snakemake.output.pdf, snakemake.output.png)
