"""What smaller networks buy: accuracy against speed, for each runtime and size of a batch."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    CHANCE,
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

# Colour, marker and name of each network.
LOOK = {
    "dense": ("#000000", "o", "dense"),
    "groups": (OURS, "s", "disjoint groups"),
    "groups_dense_fc": (OURS, "D", "disjoint groups, dense FC layer"),
    "half_width": ("#000000", "v", "half the width"),
    "snp": (PAPER, "^", "nodes and heads dropped by SNP"),
    "importance": ("#E69F00", "^", "by importance"),
    "random": (CHANCE, "^", "at random"),
    "unstructured": (ROTATED, "x", "single weights dropped"),
    "unstructured_csr": (UNTRAINED, "x", "single weights dropped, as CSR"),
}
_RUNTIMES = ("torch", "onnxruntime")
_TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)


@styled
def accuracy_against_speed(table: pd.DataFrame) -> Figure:
    """A row of panels a runtime, a column a batch size; mean and sd over seeds.

    Args:
        table: What `nodal.tables.shipping.shipping` made.
    """
    speeds = [name for name in table if str(name).startswith("torch_") and str(name).endswith("_speed")]
    batches = [str(name).split("_")[1] for name in speeds]
    figure, axes = panels(len(_RUNTIMES), len(batches), PAGE, 4.6, sharex=True, sharey=True)
    for row, runtime in zip(axes, _RUNTIMES, strict=True):
        for panel, batch in zip(row, batches, strict=True):
            _draw(panel, table, f"{runtime}_{batch}_speed")
            panel.set_title(f"{runtime}, batch of {batch}")
    measured = table.filter(regex="_speed$").stack()
    low, high = 0.8 * measured.min(), 1.25 * measured.max()
    ticks = [tick for tick in _TICKS if low < tick < high]
    axes[0, 0].set(xscale="log", xlim=(low, high))
    axes[0, 0].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes[0, 0].set_xticks([], minor=True)
    for panel in axes[-1]:
        panel.set_xlabel("speed, as a multiple of the dense network's")
    for panel in axes[:, 0]:
        panel.set_ylabel("test accuracy")
    for panel, which in zip(axes.ravel(), "abcd", strict=False):
        letter(panel, which)
    handles = {each.get_label(): each for panel in axes.ravel() for each in panel.containers}
    seeds = of_seeds(int(table["seeds"].max()))
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=3, title=seeds)
    return figure


def _draw(axes: Axes, table: pd.DataFrame, column: str) -> None:
    for row in table[table[column].notna()].to_dict("records"):
        colour, marker, name = LOOK[row["network"]]
        sd = row["accuracy_sd"] if pd.notna(row["accuracy_sd"]) else 0
        axes.errorbar(
            row[column], row["accuracy_mean"], sd, fmt=marker, color=colour, markersize=4, label=name
        )
    axes.axvline(1, color="black", linewidth=0.5, linestyle=":", zorder=0)
