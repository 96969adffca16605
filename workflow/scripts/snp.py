"""SNP (single-nodal performance) matrices of a probe set: on its split, held out, weights shuffled."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.accuracy_file import write_accuracy
from nodal.augment import Augment
from nodal.data.dataset import Dataset
from nodal.device import best_device
from nodal.measure import measure
from nodal.models.build import load
from nodal.probe import new_heads
from nodal.snp import Snp
from nodal.snp_file import write_snp
from nodal.tensor_file import read_tensors

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
probe, split = settings["probe"], settings["probe"]["split"]
splits = ["heldout", "test"] + (["train"] if split == "train" else [])
data = Dataset.load(snakemake.input.data, splits, best_device())
network = load(settings["model"], data, snakemake.input.backbone)
taps = {name: network.taps()[name] for name in probe["taps"]}
prepare = Augment(settings["normalise"])
heads = new_heads(network, taps, prepare.plain(data.images["test"][:1]), len(data.names), probe)
heads.load_state_dict(read_tensors(snakemake.input.heads))
groups = settings["model"]["heads"]
measured = {
    each: measure(network, heads, taps, data.images[each], data.labels[each], prepare, groups)
    for each in splits
}

for path in map(Path, snakemake.output.snp):
    tap, (_, _, variant) = path.stem, path.parent.name.partition("-")
    source = "heldout" if variant == "heldout" else split
    snp = Snp(
        measured[source][tap].pooled_mean.cpu().numpy(), heads[tap].fc.weight.detach().T.cpu().numpy().copy()
    )
    if variant == "shuffled":
        snp = snp.shuffled(np.random.default_rng([seed, probe["taps"].index(tap)]))
    about = {"set": path.parent.name, "tap": tap, "split": source, "labels": data.names}
    write_snp(path, snp, header(snakemake) | about, settings["dense_limit"])

rows = [
    ({"tap": tap, "split": each, "head": head}, at.images.cpu(), correct.cpu())
    for each, taps_measured in measured.items()
    for tap, at in taps_measured.items()
    for head, correct in enumerate([at.correct, *at.group_correct])
]
write_accuracy(
    snakemake.output.accuracy, rows, {"tap": "where the head reads the network"}, header(snakemake)
)
