"""Signal and noise of every layer of some probe sets at a hundred thresholds, and in random bases (Fig 5)."""

from pathlib import Path

from job import header, start

from nodal.files.snp import read_snp
from nodal.files.sweep import write_sweep
from nodal.snp.rotations import ROTATIONS, rotations
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, mean_ratios, sweep

snakemake = start()
settings, seed = snakemake.params.settings, int(snakemake.wildcards.seed)
thresholds = SWEPT_THRESHOLDS.tolist()

swept = []
for path in map(Path, snakemake.input.snp):
    snp, about = read_snp(path)
    probes, _, variant = about["set"].partition("-")
    rule, shown = settings["rule"][probes], f"{about['set']}/{about['tap']}"
    place = {"set": probes, **{key: about[key] for key in ("tap", "kind", "block")}}
    swept.append(({**place, "variant": variant}, sweep(snp, thresholds, rule)))
    if shown in settings["sweep"]:
        bases = rotations(snp, ROTATIONS, seed, settings["taps"][probes].index(about["tap"]))
        ratios = mean_ratios([sweep(each, thresholds, rule) for each in bases])
        swept.append(({**place, "variant": "rotated"}, ratios))
write_sweep(snakemake.output[0], swept, header(snakemake))
