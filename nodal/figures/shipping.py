"""Accuracy against speed of networks that are smaller, and of the dense one they are compared with."""

import pandas as pd
from matplotlib.figure import Figure

from nodal.figures.style import PAGE, letter, panels, run_colour, styled


@styled
def accuracy_and_speed(table: pd.DataFrame, batches: tuple[int, ...]) -> Figure:
    """A panel a batch size, a point a network, with one sd over seeds.

    Args:
        table: What `tables.shipping.shipping` made: `accuracy_mean`, `accuracy_sd` and
            `fastest_{batch}_speed`, how many times as fast as the dense network, each in its faster runtime.
        batches: The batch sizes.
    """
    figure, (axes,) = panels(1, len(batches), PAGE, 2.8, sharey=True)
    shown = table[table["accuracy_mean"].notna()]
    for panel, batch, which in zip(axes, batches, "abcdef", strict=False):
        for number, row in enumerate(shown.to_dict("records")):
            panel.errorbar(
                row[f"fastest_{batch}_speed"], row["accuracy_mean"], row["accuracy_sd"],
                fmt="os^Dv<>ph*"[number % 10], markersize=5, color=run_colour(number),
                label=row["network"].replace("_", " "),
            )  # fmt: skip
        panel.axvline(1, color="0.6", linewidth=0.8, linestyle=":")
        panel.set_xlabel(f"speed over the dense network, batch {batch}")
        letter(panel, which)
    axes[0].set_ylabel("test accuracy")
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return figure
