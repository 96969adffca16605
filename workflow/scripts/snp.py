"""SNP (single-nodal performance) matrices of a probe set, and of its controls that need a network.

The inputs are passed here, or were by other jobs, a shard each, whose sums are added.
"""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.files.accuracy import write_accuracy
from nodal.files.snp import write_snp
from nodal.files.tensors import read_tensors
from nodal.models.probe_sets import ROTATED
from nodal.snp.matrix import Snp
from nodal.training.device import best_device
from nodal.training.evaluation import probe_counts
from nodal.training.head_answers import group_counts
from nodal.training.shards import NETWORKS, ProbedNetworks, added

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
files, outputs = dict(snakemake.input.items()), dict(snakemake.output.items())
split = settings["probe"]["split"]
probed = ProbedNetworks.load(files, settings, best_device())
if "shards" in files:
    sums = added(map(read_tensors, files["shards"]))
else:
    sums = probed.sums(groups=seed if "groups" in outputs else None)
measured = {name: probed.measured(sums, name) for name in NETWORKS}

for name in NETWORKS:
    write_accuracy(outputs[f"{name}_accuracy"], probe_counts(measured[name]), header(snakemake))
if "groups" in outputs:
    right = {tap: sums[f"groups/{tap}"] for tap in probed.taps if f"groups/{tap}" in sums}
    images = next(iter(measured["backbone"]["test"].values())).images
    write_accuracy(outputs["groups"], group_counts(right, images), header(snakemake))

for path in map(Path, outputs["snp"]):
    tap, (_, _, variant) = path.stem, path.parent.name.partition("-")
    place, number = probed.taps[tap], list(probed.taps).index(tap)
    name = "untrained" if variant == "untrained" else "backbone"
    source = "heldout" if variant == "heldout" else split
    probe = f"{tap}{ROTATED}" if variant == "rotated_probe" else tap
    snp = Snp(
        measured[name][source][probe].pooled_mean.numpy(), probed.networks[name].probes[probe].weights()
    )
    if variant == "shuffled":
        snp = snp.shuffled(np.random.default_rng([seed, number]))
    about = {"set": path.parent.name, "tap": tap, "kind": place.kind, "block": place.block}
    about |= {"heads": place.heads, "split": source, "labels": probed.data.names}
    write_snp(path, snp, header(snakemake) | about, settings["dense_limit"])
