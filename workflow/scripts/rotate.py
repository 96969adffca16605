"""Averages over the nodes of every tap in their own basis and in random ones, before and after training."""

from pathlib import Path

from job import header, start

from nodal.files.rotated import write_rotated
from nodal.files.snp import read_snp
from nodal.snp.averages import averages
from nodal.snp.privilege import threshold_of_diagonal
from nodal.snp.rotations import ROTATIONS, rotations

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
thresholds, rule = settings["thresholds"], settings["rule"]

rows = []
for path in map(Path, snakemake.input):
    snp, about = read_snp(path)
    network = about["set"].partition("-")[2] or "trained"
    place = {"network": network, **{key: about[key] for key in ("tap", "kind", "block")}}
    own = averages(snp, thresholds, rule)
    for threshold, found in zip(thresholds, own, strict=True):
        basis = {"rotation": 0, "matched": False, "threshold": threshold, "used": threshold}
        rows.append({**place, **basis, **found})
    for number, turned in enumerate(rotations(snp, ROTATIONS, seed, settings["taps"].index(path.stem)), 1):
        near = [
            threshold_of_diagonal(turned, at["diagonal"], cut)
            for cut, at in zip(thresholds, own, strict=True)
        ]
        for matched, cuts in ((False, thresholds), (True, near)):
            for threshold, used, found in zip(thresholds, cuts, averages(turned, cuts, rule), strict=True):
                basis = {"rotation": number, "matched": matched, "threshold": threshold, "used": used}
                rows.append({**place, **basis, **found})
write_rotated(snakemake.output[0], rows, header(snakemake))
