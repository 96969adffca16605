"""The unified figure: what nodes know along the depth of CNNs and transformers, beside their twins."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodal.figures.style import PAGE, band, drawn, panels, run_colour, styled

# Columns of the table and what they are called.
MEASURES = {
    "accuracy": "accuracy of the probe",
    "snr": "SNR",
    "privilege": "basis privilege",
    "size": "labels a cluster",
    "diagonal": "share of labels\nin a node's clusters",
}
_LINE = 100  # characters of the legend that a page is wide
TWINS = {"": ("nodes", "-"), "_rotated": ("random directions", "--"), "_untrained": ("untrained", ":")}


@styled
def along_the_depth(table: pd.DataFrame) -> Figure:
    """A row of panels a pooling, a column a measure, a colour a run; bands of one sd over seeds.

    Args:
        table: Means over the seeds of the rows of `nodal.tables.unified.unified`.
    """
    poolings = sorted(
        table["pooling"].unique(), key=lambda each: -table.loc[table["pooling"] == each, "run"].nunique()
    )
    colours = {run: run_colour(number) for number, run in enumerate(table["run"].unique())}
    figure, axes = panels(
        len(poolings), len(MEASURES), PAGE, 0.5 + 1.5 * len(poolings), sharex=True, sharey="col"
    )
    for row, pooling in zip(axes, poolings, strict=True):
        here = table[table["pooling"] == pooling]
        for panel, name in zip(row, MEASURES, strict=True):
            for run, rows in here.groupby("run", sort=False):
                _draw(panel, rows.sort_values("relative_depth"), name, colours[run])
            if name == "privilege":
                panel.axhline(1, color="black", linewidth=0.4, zorder=0)
        row[0].set_ylabel(f"pooling: {pooling}", fontweight="bold")
    for panel in axes[-1]:
        panel.set(xlabel="block over their number", xlim=(0, 1.04))
        panel.set_ylim(bottom=0)
    for panel, said in zip(axes[0], MEASURES.values(), strict=True):
        panel.set_title(said)
    _legend(figure, {_named(table, run): colour for run, colour in colours.items()})
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, name: str, colour: str) -> None:
    scale = rows["labels"] if name == "diagonal" else 1
    for twin, (_, line) in TWINS.items():
        if f"{name}{twin}_mean" in rows:
            mean, sd = rows[f"{name}{twin}_mean"] / scale, rows[f"{name}{twin}_sd"] / scale
            marker = "" if twin else "."
            axes.plot(rows["relative_depth"], mean, line, color=colour, marker=marker, markersize=3)
            band(axes, rows["relative_depth"], mean - sd, mean + sd, colour)


def _named(table: pd.DataFrame, run: str) -> str:
    return f"{drawn(run)} ({table.loc[table['run'] == run, 'network'].iloc[0]})"


def _legend(figure: Figure, runs: dict[str, str]) -> None:
    handles = [Line2D([], [], color=colour, label=name) for name, colour in runs.items()]
    handles += [Line2D([], [], color="black", linestyle=line, label=name) for name, line in TWINS.values()]
    lines = 1 if sum(len(str(handle.get_label())) for handle in handles) <= _LINE else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=-(-len(handles) // lines))
