"""Basis privilege: where nodes differ from random directions, and where they do not."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import OURS, PAGE, UNTRAINED, letter, of_seeds, panels, styled

NETWORKS = {"trained": OURS, "untrained": UNTRAINED}
# Columns, and at which thresholds nodes and directions are compared.
WAYS = {"privilege": "same threshold", "privilege_equal": "equal mean diagonal"}


@styled
def basis_privilege(table: pd.DataFrame) -> Figure:
    """A row a tap, last block first; SNR of the nodes over that of directions, with its interval over seeds.

    Args:
        table: What `nodal.tables.privilege.privilege` made, at one threshold.
    """
    table = table.assign(place=table["set"] + "/" + table["tap"])
    places = list(table.sort_values(["block", "tap"])["place"].drop_duplicates())
    figure, ((left, right),) = panels(1, 2, PAGE, 1.0 + 0.17 * len(places), sharex=True, sharey=True)
    for panel, (column, name), which in zip((left, right), WAYS.items(), "ab", strict=True):
        panel.axvline(1, color="black", linewidth=0.5, linestyle=":")
        for shift, (network, colour) in zip((0.12, -0.12), NETWORKS.items(), strict=True):
            _draw(panel, table[table["network"] == network], column, places, shift, colour, network)
        panel.set(title=name, xlabel="SNR of nodes over that of random directions")
        letter(panel, which)
    left.set_yticks(range(len(places)), places)
    title = of_seeds(int(table["seeds"].iloc[0]), "mean and 95 % interval")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2, title=title)
    return figure


def _draw(
    axes: Axes, rows: pd.DataFrame, column: str, places: list[str], shift: float, colour: str, label: str
) -> None:
    y = rows["place"].map(places.index).to_numpy() + shift
    low, high = (rows[f"{column}_{end}"].to_numpy() for end in ("low", "high"))
    axes.hlines(y, low, high, color=colour, linewidth=0.8)
    axes.plot(np.asarray(rows[f"{column}_mean"]), y, "o", markersize=2.5, color=colour, label=label)
