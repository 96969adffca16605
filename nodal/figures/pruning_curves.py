"""The pruning figure: accuracy against density for every mask, zeroed and unpruned as lines."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, ROTATED, band, letter, panels, styled

# Colour and line of each mask.
LOOK = {
    "random": (CHANCE, "-"),
    "degree": (CHANCE, "--"),
    "magnitude": ("#000000", "-"),
    "magnitude_output": ("#000000", "--"),
    "wanda": ("#CC79A7", "-"),
    "taylor": ("#E69F00", "-"),
    "field": (PAPER, "--"),
    "field_centred": (PAPER, "-"),
    "andc_rotated": (ROTATED, "-"),
    "andc": (OURS, "-"),
}
NAMES = {
    "random": "random",
    "degree": "random, degrees of ANDC",
    "magnitude": "|w|",
    "magnitude_output": "|w|, each output",
    "wanda": "Wanda",
    "taylor": "Taylor",
    "field": "a*w",
    "field_centred": "a*w centred, each output",
    "andc_rotated": "ANDC, random directions",
    "andc": "ANDC",
}
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)  # of the density
_ENDS = {"unpruned": ":", "zeroed": "-."}


@styled
def accuracy_against_density(curves: Mapping[str, pd.DataFrame]) -> Figure:
    """A panel an experiment: test accuracy of every mask over the density, mean and sd over seeds.

    Args:
        curves: `threshold, mask`, mean and sd over seeds of `density` and `accuracy`, by the panel's title.
    """
    rows = -(-len(curves) // 2)
    figure, axes = panels(rows, 2, PAGE, 2.6 * rows)
    for panel in axes.ravel()[len(curves) :]:
        panel.axis("off")
    for panel, (title, table), which in zip(axes.ravel(), curves.items(), "abcd", strict=False):
        _draw(panel, table)
        panel.set(title=title, xlabel="density: share of the weights kept", xscale="log")
        panel.set_xticks(_TICKS, [f"{tick:g}" for tick in _TICKS], minor=False)
        panel.set_xticks([], minor=True)
        panel.set_xlim(right=1)
        letter(panel, which)
    for panel in axes[:, 0]:
        panel.set_ylabel("test accuracy")
    handles = {line.get_label(): line for panel in axes.ravel() for line in panel.lines}
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4)
    return figure


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    for name, (colour, line) in LOOK.items():
        rows = table[table["mask"] == name].sort_values("density_mean")
        if len(rows):
            x, mean, sd = rows["density_mean"], rows["accuracy_mean"], rows["accuracy_sd"].fillna(0)
            axes.plot(x, mean, line, marker=".", markersize=3, color=colour, label=NAMES[name])
            band(axes, x, mean - sd, mean + sd, colour)
    for name, line in _ENDS.items():
        end = table.loc[table["mask"] == name, "accuracy_mean"].iloc[0]
        axes.axhline(end, color="black", linewidth=0.7, linestyle=line, label=name)
