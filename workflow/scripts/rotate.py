"""Averages over the nodes of every tap in their own basis and in random ones, before and after training."""

from pathlib import Path

from job import header, start

from nodal.files.rotated import write_rotated
from nodal.files.snp import read_snp
from nodal.snp.privilege import averages_in_bases
from nodal.snp.rotations import ROTATIONS, rotations

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)

rows = []
for path in map(Path, snakemake.input):
    snp, about = read_snp(path)
    network = about["set"].partition("-")[2] or "trained"
    place = {"network": network, **{key: about[key] for key in ("tap", "kind", "block")}}
    bases = rotations(snp, ROTATIONS, seed, settings["taps"].index(path.stem))
    found = averages_in_bases(snp, bases, settings["thresholds"], settings["rule"])
    rows += [{**place, **row} for row in found]
write_rotated(snakemake.output[0], rows, header(snakemake))
