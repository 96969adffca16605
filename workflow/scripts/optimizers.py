"""The study `optimizers`: its tables by seed and over the seeds, and its figure."""

from job import start

from nodal.figures.optimizers import optimizers_shown
from nodal.figures.style import save
from nodal.files.studies import read_rows
from nodal.tables.measured import Counting, Measured
from nodal.tables.optimizers import KEYS, RATE_KEYS, Trained, optimizer_rates, optimizers
from nodal.tables.seeds import write_study

snakemake = start()
settings, files, output = snakemake.params.settings, snakemake.input, snakemake.output
networks = [
    Trained(optimizer, seed, read_rows(rates), Measured.read(*blocks), Measured.read(*heads))
    for (seed, optimizer), rates, *blocks_and_heads in zip(
        settings["networks"], files.rates, files.blocks_snp, files.blocks_accuracy, files.heads_snp,
        files.heads_accuracy, strict=True,
    )
    for blocks, heads in [(blocks_and_heads[:2], blocks_and_heads[2:])]
]  # fmt: skip
counting = {name: Counting(**settings[name]) for name in ("blocks", "heads")}
long = optimizers(networks, dict(settings["taps"]), dict(settings["attention"]), counting)
table = write_study(output, "optimizers", long, KEYS)
rates = write_study(output, "optimizers_rates", optimizer_rates(networks), RATE_KEYS)
save(optimizers_shown(table, rates), output.pdf, output.png)
