"""Figure 5: SNR and SNR_min of some layers against the threshold."""

import numpy as np
import pandas as pd
from job import start

from nodal.architectures.architecture import BLOCK
from nodal.figures.style import save
from nodal.figures.thresholds import SERIES, Curve, snr_curves
from nodal.files.sweep import read_sweep
from nodal.paper import TABLE2, THRESHOLD

snakemake = start()
settings = snakemake.params.settings
sweeps = [read_sweep(path) for path in snakemake.input]
thresholds = np.unique(sweeps[0]["threshold"].to_numpy())


def curve(probe: str, tap: str, quantity: str) -> Curve:
    """The quantity of every seed, measured and in its controls."""

    def of(table: pd.DataFrame, variant: str) -> np.ndarray:
        here = table[(table["set"] == probe) & (table["tap"] == tap) & (table["variant"] == variant)]
        return here.sort_values("threshold")[quantity].to_numpy()

    return {name: np.stack([of(table, variant) for table in sweeps]) for variant, name in SERIES.items()}


layers, printed = {}, {}
for place in settings["sweep"]:
    probe, _, tap = place.partition("/")
    layers[tap] = curve(probe, tap, "snr"), curve(probe, tap, "snr_min")
    place_of = sweeps[0].loc[sweeps[0]["tap"] == tap].iloc[0]
    if settings["paper"] and place_of["kind"] == BLOCK:
        printed[tap] = (THRESHOLD, TABLE2[place_of["block"]][3])
save(snr_curves(thresholds, layers, printed), *snakemake.output)
