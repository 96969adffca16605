"""The study `growing_labels`: nodes a label, their ratio, and accuracy over labels; and over the width."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    OURS,
    PAGE,
    PAPER,
    ROTATED,
    UNTRAINED,
    letter,
    of_seeds,
    panels,
    styled,
)

_LINES = {
    "": ("trained", OURS, "-"),
    "_untrained": ("untrained", UNTRAINED, ":"),
    "_rotated": ("random directions", ROTATED, "--"),
}
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_WIDTHS = ("half", "same", "twice")


@styled
def labels_and_widths(table: pd.DataFrame, limit: pd.DataFrame) -> Figure:
    """Signal, ratio and accuracy over the number of labels; ratio and accuracy over the width.

    Args:
        table: Means over the seeds of what `nodal.tables.growing_labels.growing_labels` gives.
        limit: The same of `limits`.
    """
    figure, ((signal, ratio), (accuracy, width)) = panels(2, 2, PAGE, 4.2)
    same = table[table["width"] == "same"]
    for suffix, look in _LINES.items():
        _line(signal, same, f"signal{suffix}", look)
        _line(ratio, same, f"snr{suffix}", look)
    _fit(signal, same, limit)
    signal.set(xscale="log", yscale="log", ylabel="signal: nodes that hold a label")
    signal.axhline(1, color="black", linewidth=0.4, linestyle="--", zorder=0, label="one node a label")
    low, high = signal.get_ylim()
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    signal.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    signal.set_yticks([], minor=True)
    ratio.margins(y=0.15)
    ratio.set(xscale="log", ylabel="signal to noise", ylim=(0, None))
    _line(accuracy, same, "accuracy", ("network", OURS, "-"))
    _line(accuracy, same, "probe_accuracy", ("probe", PAPER, "--"))
    accuracy.set(xscale="log", ylabel="test accuracy")
    for panel in (signal, ratio, accuracy):
        ticks = same["labels"].tolist()
        panel.set_xticks(ticks, [f"{tick}" for tick in ticks])
        panel.set_xticks([], minor=True)
        panel.set_xlabel("labels")
        panel.legend()
    _widths(width, table[table["labels"] == table["labels"].max()])
    for panel, which in zip((signal, ratio, accuracy, width), "abcd", strict=True):
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _line(axes: Axes, rows: pd.DataFrame, name: str, look: tuple[str, str, str]) -> None:
    label, colour, line = look
    axes.errorbar(
        rows["labels"], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0), fmt=f"o{line}", color=colour,
        markersize=2.5, elinewidth=0.6, label=label,
    )  # fmt: skip


def _fit(axes: Axes, rows: pd.DataFrame, limit: pd.DataFrame) -> None:
    """The power law of the trained network; its exponent."""
    exponent = limit.loc[limit["network"] == "trained", "exponent_mean"].iloc[0]
    logs = np.log(rows["labels"].to_numpy(float))
    level = np.log(rows["signal_mean"]).mean() - exponent * logs.mean()
    axes.plot(
        rows["labels"], np.exp(level + exponent * logs), color="black", linewidth=0.6,
        label=f"power {exponent:.2f}",
    )  # fmt: skip


def _widths(axes: Axes, table: pd.DataFrame) -> None:
    """Ratio, and on the right accuracy, of all labels over the width."""
    rows = table.set_index("width").reindex([width for width in _WIDTHS if width in set(table["width"])])
    places = np.arange(len(rows))
    other = axes.twinx()
    other.spines["right"].set_visible(True)
    for panel, name, colour, line in ((axes, "snr", OURS, "o-"), (other, "accuracy", PAPER, "s--")):
        panel.errorbar(places, rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0), fmt=line, color=colour,
                       markersize=2.5, elinewidth=0.6)  # fmt: skip
    axes.set_ylabel("signal to noise", color=OURS)
    other.set_ylabel("accuracy", color=PAPER)
    other.set_ylim(0, 1)
    nodes = rows["nodes_mean"].round().astype(int)
    axes.set_xticks(places, [f"{width}\n{count} nodes" for width, count in nodes.items()])
    axes.set(xlabel="width", xlim=(-0.4, len(rows) - 0.6))
