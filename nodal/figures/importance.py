"""What matters: the accuracy that is lost where a part of the network is zero, block by block."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import CHANCE, OURS, PAGE, band, head_colour, letter, panels, run_colour, styled


@styled
def what_matters(table: pd.DataFrame) -> Figure:
    """Whole blocks and branches on the left, layers in the middle, attention heads on the right.

    Args:
        table: What `nodal.tables.importance.importance` made.
    """
    figure, ((blocks, layers, heads),) = panels(1, 3, PAGE, 2.4, sharey=True)
    whole = table[table["part"] == "block"]
    _draw(blocks, whole, "loss", "whole block", OURS)
    _draw(blocks, whole, "loss_retrained", "whole block, retrained", CHANCE)
    for number, (name, rows) in enumerate(_named(table, "branch"), 1):
        _draw(blocks, rows, "loss", name, run_colour(number))
    for number, (name, rows) in enumerate(_named(table, "layer")):
        _draw(layers, rows, "loss", name, run_colour(number))
    for name, rows in _named(table, "head"):
        _draw(heads, rows, "loss", f"head {name}", head_colour(int(name)))
    blocks.set_ylabel("test accuracy lost")
    for panel, which, title in zip(
        (blocks, layers, heads), "abc", ("blocks, branches", "layers", "attention heads"), strict=True
    ):
        panel.set(title=title, xlabel="block", xticks=whole["block"])
        panel.axhline(0, color="black", linewidth=0.5, linestyle=":")
        if panel.lines[1:]:
            panel.legend()
        letter(panel, which)
    return figure


def _named(table: pd.DataFrame, part: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each name of a kind of part."""
    for name, rows in table[table["part"] == part].groupby("name", sort=False):
        yield str(name), rows


def _draw(axes: Axes, rows: pd.DataFrame, column: str, label: str, colour: str) -> None:
    mean, sd = rows[f"{column}_mean"], rows[f"{column}_sd"].fillna(0)
    axes.plot(rows["block"], mean, marker=".", color=colour, label=label)
    band(axes, rows["block"], mean - sd, mean + sd, colour)
