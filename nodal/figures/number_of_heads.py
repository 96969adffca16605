"""The study `number_of_heads`: accuracy, labels that heads own and single heads, over their number."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    CHANCE,
    OURS,
    PAGE,
    PAPER,
    UNTRAINED,
    band,
    letter,
    of_seeds,
    panels,
    run_colour,
    styled,
)

_PLACES = {"later": ("^", "more in the later blocks"), "earlier": ("v", "more in the earlier blocks")}
_OWNED = {
    "owned": (OURS, "-", "heads"),
    "owned_null": (CHANCE, "--", "random heads"),
    "owned_untrained": (UNTRAINED, ":", "untrained"),
}
_SINGLE = {"": (OURS, "-", "heads"), "_random": (CHANCE, "--", "random nodes"),
           "_untrained": (UNTRAINED, ":", "untrained")}  # fmt: skip


@styled
def heads_shown(table: pd.DataFrame, by_seed: pd.DataFrame) -> Figure:
    """Accuracy over heads and the gain of the most over labels; then the last block, with all labels.

    Args:
        table: Means over the seeds of what `nodal.tables.number_of_heads.number_of_heads` gives.
        by_seed: What that gives.
    """
    figure, axes = panels(2, 3, PAGE, 4.6)
    everywhere = _everywhere(table).sort_values("number")
    most = table["labels"].max()
    _accuracy(axes[0, 0], everywhere, table[(table["labels"] == most) & table["heads"].isin(_PLACES)])
    _gain(axes[0, 1], _everywhere(by_seed))
    whole = everywhere[everywhere["labels"] == most]
    for name, (colour, line, label) in _OWNED.items():
        _line(axes[0, 2], whole[whole["number"] > 1], name, (colour, line), label)
    axes[0, 2].set_ylabel("labels that heads own")
    for panel, (name, said) in zip(
        axes[1], {"clusters": "clusters a head", "noise": "noise a head", "snr": "SNR of heads"}.items(),
        strict=True,
    ):  # fmt: skip
        for suffix, (colour, line, label) in _SINGLE.items():
            _line(panel, whole, f"head_{name}{suffix}", (colour, line), label)
        panel.set_ylabel(said)
    for panel in (axes[0, 0], axes[0, 2], *axes[1]):
        panel.set_xscale("log", base=2)
        panel.set_xticks(sorted(everywhere["number"].unique()), sorted(everywhere["number"].unique()))
        panel.minorticks_off()
        panel.set_xlabel("attention heads a block")
    axes[0, 0].legend(loc="lower left")
    for panel in axes[:, 2]:
        panel.legend(loc="upper right")
    for panel, which in zip(axes.ravel(), "abcdef", strict=True):
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _everywhere(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of networks with as many heads in each block, and their `number`."""
    same = rows[rows["heads"].str.isdecimal()]
    return same.assign(number=same["heads"].astype(int))


def _accuracy(axes: Axes, table: pd.DataFrame, places: pd.DataFrame) -> None:
    """A line a number of labels; beside them a point for more heads in a part of the blocks."""
    for number, (labels, rows) in enumerate(table.groupby("labels")):
        _line(axes, rows, "accuracy", (run_colour(number), "-"), f"{labels} labels")
    for place, (_, row) in enumerate(places.iterrows()):
        marker, label = _PLACES[row["heads"]]
        sd = 0 if np.isnan(row["accuracy_sd"]) else row["accuracy_sd"]
        axes.errorbar(
            [table["number"].max() * 1.4 * 1.25**place], row["accuracy_mean"], sd, fmt=marker, color=PAPER,
            markersize=4, elinewidth=0.7, label=label,
        )  # fmt: skip
    axes.set_ylabel("test accuracy")
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.8 * (high - low), high)  # room for the legend


def _gain(axes: Axes, by_seed: pd.DataFrame) -> None:
    """What the most heads gain over two, seed by seed."""
    right = by_seed.pivot_table(index=["labels", "seed"], columns="number", values="accuracy")
    if 2 in right:
        gain = (right[right.columns.max()] - right[2]).groupby("labels")
        mean, sd = gain.mean(), gain.std().fillna(0)
        axes.errorbar(mean.index, mean, sd, color=OURS, marker="o", markersize=3, elinewidth=0.7)
    axes.axhline(0, color="black", linewidth=0.4, zorder=0)
    axes.set(xlabel="labels", ylabel=f"accuracy, {right.columns.max()} heads less 2")
    axes.set_xticks(by_seed["labels"].unique())


def _line(axes: Axes, rows: pd.DataFrame, name: str, look: tuple[str, str], label: str) -> None:
    colour, line = look
    x, mean, sd = rows["number"], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0)
    axes.plot(x, mean, line, color=colour, marker="o", markersize=3, label=label)
    band(axes, x, mean - sd, mean + sd, colour)
