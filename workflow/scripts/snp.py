"""SNP (single-nodal performance) matrices of a probe set: on its split, held out, weights shuffled."""

from pathlib import Path

import numpy as np
from job import header, start

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.accuracy import write_accuracy
from nodal.files.snp import write_snp
from nodal.files.tensors import read_tensors
from nodal.models.build import load
from nodal.snp.matrix import Snp
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate
from nodal.training.probes import new_probes

start(snakemake)
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
probe, split = settings["probe"], settings["probe"]["split"]
splits = ["heldout", "test"] + (["train"] if split == "train" else [])
data = Dataset.load(snakemake.input.data, splits, best_device())
network = load(settings["model"], data, snakemake.input.backbone)
taps = {name: network.taps()[name] for name in probe["taps"]}
prepare = Augment(settings["normalise"])
heads = new_probes(network, taps, prepare.plain(data.images["test"][:1]), len(data.names), probe)
heads.load_state_dict(read_tensors(snakemake.input.heads))
groups = settings["model"]["heads"]
measured = {
    each: evaluate(network, heads, taps, data.images[each], data.labels[each], prepare, groups)
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
