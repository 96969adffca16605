"""Skips beside their branches: how large both are, and what clusters show with the skip and without."""

from job import header, start

from nodal.architectures.architecture import Tap
from nodal.architectures.skips import Skip
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.files.evidence import Evidence, write_evidence
from nodal.files.studies import write_rows
from nodal.models.build import load
from nodal.models.probe_sets import load_probes
from nodal.snp.averages import averages
from nodal.training.device import best_device
from nodal.training.evaluation import evaluate, matrices
from nodal.training.skips import skip_sizes

SHOWN = ("clusters", "size", "diagonal", "noise", "snr")

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
recipe, split = settings["probe"], settings["probe"]["split"]
skips = [Skip(**skip) for skip in settings["skips"]]
taps = {name: Tap(**tap) for name, tap in settings["taps"].items()}
probed = {name: taps[name] for name in recipe["taps"]}
data = Dataset.load(files.data, sorted({"train", split}), best_device())
prepare = preparation(data.inputs[split], settings["normalise"])
sample = prepare.plain(data.inputs[split][:1])

sizes, rows, snp = [], [], {}
for network, name in (("untrained", "untrained"), ("trained", "backbone")):
    model = load(settings["model"], data, files[name])
    found = skip_sizes(model, skips, taps, data.inputs[split], prepare)
    for skip, (carried, branch) in zip(skips, found, strict=True):
        place = {"network": network, "block": skip.block, "branch": skip.branch}
        sizes.append({**place, "skip_size": carried, "branch_size": branch})
    probes = load_probes(files[f"{name}_probes"], model, probed, sample, len(data.names), recipe)
    for each in {split, "train"}:
        measured = evaluate(model, probes, probed, data.inputs[each], data.labels[each], prepare)
        snp[each] = matrices(measured, probes)
    for skip in (skip for skip in skips if skip.joined in probed):
        threshold = settings["thresholds"][taps[skip.joined].kind]
        for how, tap in (("with", skip.joined), ("without", skip.alone)):
            (at,) = averages(snp[split][tap], [threshold], recipe["rule"])
            place = {"network": network, "block": skip.block, "branch": skip.branch, "skip": how, "tap": tap}
            rows.append({**place, "threshold": threshold, **{key: at[key] for key in SHOWN}})
write_rows(snakemake.output.sizes, sizes, header(snakemake))
write_rows(snakemake.output.averages, rows, header(snakemake))
# The masks are made of training images, of the trained network, which came last.
write_evidence(snakemake.output.evidence, Evidence(snp["train"], {}, {}), header(snakemake))
