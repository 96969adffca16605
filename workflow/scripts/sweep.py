"""Signal and noise of every layer of some probe sets at a hundred thresholds (Fig 5)."""

from pathlib import Path

import pandas as pd
from job import header, start

from nodal.files.parquet import write_table
from nodal.files.snp import read_snp
from nodal.snp.signal_to_noise import SWEPT_THRESHOLDS, sweep

start(snakemake)
frames = []
for path in map(Path, snakemake.input.snp):
    snp, about = read_snp(path)
    probe, _, variant = about["set"].partition("-")
    at = pd.DataFrame(sweep(snp, SWEPT_THRESHOLDS.tolist(), snakemake.params.settings[probe]))
    where = {"set": probe, "tap": about["tap"], "variant": variant, "threshold": SWEPT_THRESHOLDS}
    frames.append(at.assign(**where))

definitions = {
    "set": "probe set",
    "tap": "where its head reads the network",
    "variant": "empty: the set's own split; heldout: held-out images; shuffled: weights permuted over labels",
    "threshold": "an element counts as above where it is > threshold * maximum of its matrix",
    "signal": "Eq 1, with the mean diagonal for C_s N_c",
    "noise_internal": "Eq 2",
    "noise_external": "Eq 3",
    "snr": "Eq 4; infinite without noise, nan without signal and noise",
    "snr_min": "the same for the label with the fewest appearances",
}
table = pd.concat(frames, ignore_index=True)
write_table(
    snakemake.output[0],
    {name: table[name].to_numpy() for name in definitions},
    definitions,
    header(snakemake),
)
