"""Signal and noise of every layer of some probe sets at a hundred thresholds (Fig 5)."""

from pathlib import Path

from job import header, start

from nodal.files.snp import read_snp
from nodal.files.sweep import write_sweep
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, sweep

snakemake = start()
swept = []
for path in map(Path, snakemake.input.snp):
    snp, about = read_snp(path)
    probes, _, variant = about["set"].partition("-")
    at = sweep(snp, SWEPT_THRESHOLDS.tolist(), snakemake.params.settings[probes])
    place = {key: about[key] for key in ("tap", "kind", "block")}
    swept.append(({"set": probes, "variant": variant, **place}, at))
write_sweep(snakemake.output[0], swept, header(snakemake))
