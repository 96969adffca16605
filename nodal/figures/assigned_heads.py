"""The study `assigned_heads`: labels as assigned, labels owned and accuracy over the gradients' factor."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import OURS, PAGE, PAPER, ROTATED, band, letter, of_seeds, panels, styled

_SETS = {
    "random": (OURS, "o", "random labels"),
    "superclasses": (PAPER, "s", "super-classes"),
    "overlapping": (ROTATED, "^", "random, to two heads"),
}
# Columns of a panel, each with its line and what it is.
_PANELS = (
    ("labels owned as assigned", {"as_assigned": ("-", ""), "as_assigned_null": ("--", ", random heads"),
                                  "as_assigned_untrained": (":", ", untrained")}),
    ("labels that heads own", {"owned": ("-", ""), "owned_null": ("--", "")}),
    ("test accuracy", {"accuracy": ("-", "")}),
)  # fmt: skip


@styled
def assigned_shown(table: pd.DataFrame) -> Figure:
    """Three panels over the factor; at 1 all sets are those of plain training.

    Args:
        table: Means over the seeds of what `nodal.tables.assigned_heads.assigned_heads` gives.
    """
    figure, axes = panels(1, 3, PAGE, 2.6)
    for panel, (title, columns) in zip(axes.ravel(), _PANELS, strict=True):
        for name, rows in table.groupby("sets", sort=False):
            for column, (line, said) in columns.items():
                _line(panel, rows.sort_values("factor"), column, line, str(name), said)
        ticks = sorted(table["factor"].unique())
        panel.set(xscale="log", xlabel="factor of the assigned head's gradients", ylabel=title)
        panel.set_xticks(ticks, ticks)
        panel.minorticks_off()
    axes[0, 2].set_ylim(top=1)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    for panel, which in zip(axes.ravel(), "abc", strict=True):
        panel.set_ylim(bottom=0)
        letter(panel, which)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _line(axes: Axes, rows: pd.DataFrame, name: str, line: str, sets: str, said: str) -> None:
    colour, marker, label = _SETS[sets]
    x, mean, sd = rows["factor"], rows[f"{name}_mean"], rows[f"{name}_sd"].fillna(0)
    axes.plot(x, mean, line, color=colour, marker=marker, markersize=3, clip_on=False, label=label + said)
    if line == "-":
        band(axes, x, mean - sd, mean + sd, colour)
