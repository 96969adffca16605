"""All runs beside each other: accuracy and SNR, with its controls, along the relative depth."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import PAGE, band, drawn, letter, of_seeds, panels, run_colour, styled

# Suffix of a control's columns, what it is called, and its line.
CONTROLS = (("", "nodes", "-"), ("_rotated", "random directions", "--"), ("_untrained", "untrained", ":"))


@styled
def compared(table: pd.DataFrame) -> Figure:
    """Accuracy on the left, SNR on the right; a colour a run, bands of one sd over its seeds.

    Args:
        table: What `runs_compared` made.
    """
    figure, ((left, right),) = panels(1, 2, PAGE, 3.0, sharex=True)
    for number, (run, rows) in enumerate(table.groupby("run", sort=False)):
        name = drawn(str(run))
        for suffix, control, line in CONTROLS:
            said = f"{name}, {control}" if suffix else name
            for panel, quantity in ((left, f"accuracy{suffix}"), (right, f"snr{suffix}")):
                if f"{quantity}_mean" in rows:
                    _draw(panel, rows, quantity, run_colour(number), line, said)
    thresholds = " or ".join(f"{threshold:g}" for threshold in table["threshold"].unique())
    left.set(ylabel="accuracy of its probe", xlim=(0, 1.03), ylim=(0, 1))
    right.set_ylabel(f"SNR at threshold {thresholds}")
    right.set_ylim(bottom=0)
    title = of_seeds(int(table["seeds"].max()))
    legend = right.get_legend_handles_labels()
    figure.legend(*legend, loc="outside lower center", ncols=len(CONTROLS), title=title)
    for panel, which in ((left, "a"), (right, "b")):
        panel.set_xlabel("block over number of blocks")
        letter(panel, which)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, quantity: str, colour: str, line: str, label: str) -> None:
    depth, mean, sd = rows["relative_depth"], rows[f"{quantity}_mean"], rows[f"{quantity}_sd"]
    axes.plot(depth, mean, line, color=colour, label=label, marker="." if line == "-" else "")
    band(axes, depth, mean - sd, mean + sd, colour)
