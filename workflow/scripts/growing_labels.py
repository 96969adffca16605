"""The study `growing_labels`: its tables by seed and over the seeds, and its figure."""

from itertools import product

from job import start

from nodal.figures.growing_labels import labels_and_widths
from nodal.figures.style import save
from nodal.files.accuracy import accuracy, read_accuracy
from nodal.files.evidence import read_evidence
from nodal.tables.growing_labels import KEYS, LIMIT_KEYS, growing_labels, held, limits
from nodal.tables.seeds import main_threshold, over_seeds, write_csv

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
tap, threshold, rows = settings["tap"], main_threshold(settings["thresholds"]), []
each = zip(
    product(settings["seeds"], settings["widths"]), files.snp, files.probes, files.networks, strict=True
)
for (seed, width), snp_path, probe_path, network_path in each:
    snp, network = read_evidence(snp_path).snp, read_accuracy(network_path)
    probe = read_accuracy(probe_path)
    found = held(snp[f"trained/{tap}"], snp[f"untrained/{tap}"], threshold, settings["rule"], seed)
    rows.append(
        {
            "width": width,
            "seed": seed,
            "accuracy": accuracy(network, split="test"),
            "accuracy_heldout": accuracy(network, split="heldout"),
            "probe_accuracy": accuracy(probe, network="trained", tap=tap, split="test", head=0),
            **found,
        }
    )
long = growing_labels(rows)
limit = limits(long)
table, over_limit = over_seeds(long, KEYS), over_seeds(limit, LIMIT_KEYS)
for name, one in (("growing_labels", table), ("growing_labels_seeds", long),
                  ("growing_labels_limit", over_limit), ("growing_labels_limit_seeds", limit)):  # fmt: skip
    write_csv(snakemake.output[name], one)
save(labels_and_widths(table, over_limit), snakemake.output.pdf, snakemake.output.png)
