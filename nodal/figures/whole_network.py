"""The study `whole_network`: accuracy against the density of the whole network, for every mask."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.pruning_curves import LOOK, NAMES
from nodal.figures.style import PAGE, band, letter, of_seeds, panels, styled

_LOOK = {"magnitude_global": ("#000000", ":"), **LOOK}
_NAMES = NAMES | {"magnitude_global": "|w|, all layers together"}
_TITLES = {
    "linear1": "Linear1 of the last blocks",
    "all": "all layers of the last blocks",
    "budget": "all layers, thresholds by budget",
}
_STAGES = ("masked", "retrained")
_BANDS = ("andc", "random")  # of all masks they would hide each other: networks differ more than masks


@styled
def pruned_networks(table: pd.DataFrame) -> Figure:
    """A column a choice of layers; above right after masking, below retrained; a point a number of blocks.

    Args:
        table: Means over the seeds of what `nodal.tables.whole_network.whole_network` gives.
    """
    kinds = [kind for kind in _TITLES if kind in set(table["layers"])]
    figure, axes = panels(2, len(kinds), PAGE, 4.8, sharex="col", sharey="row")
    whole = table[table["mask"] == "unpruned"]
    for row, stage in zip(axes, _STAGES, strict=True):
        for panel, kind in zip(row, kinds, strict=True):
            _draw(panel, table[table["layers"] == kind], stage)
            panel.axhline(
                whole[f"{stage}_mean"].iloc[0], color="black", linewidth=0.7, linestyle=":", label="unpruned"
            )
            panel.set_title(_TITLES[kind] if stage == "masked" else "")
        row[0].set_ylabel(f"test accuracy, {stage}")
    for panel in axes[1]:
        panel.set_xlabel("share of all prunable weights kept")
    for panel, which in zip(axes.ravel(), "abcdef", strict=False):
        letter(panel, which)
    handles = {line.get_label(): line for panel in axes.ravel() for line in panel.lines}
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4)
    said = of_seeds(int(table["seeds"].max()), "mean, and sd of ANDC and random masks,")
    figure.suptitle(said, fontsize=6, x=0.99, ha="right")
    return figure


def _draw(axes: Axes, table: pd.DataFrame, stage: str) -> None:
    for name, (colour, line) in _LOOK.items():
        rows = table[table["mask"] == name].sort_values("network_density_mean")
        if len(rows):
            x, mean, sd = (
                rows[column] for column in ("network_density_mean", f"{stage}_mean", f"{stage}_sd")
            )
            axes.plot(x, mean, line, marker=".", markersize=3, color=colour, label=_NAMES[name])
            if name in _BANDS:
                band(axes, x, mean - sd.fillna(0), mean + sd.fillna(0), colour)
