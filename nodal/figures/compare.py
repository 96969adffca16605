"""All runs beside each other: accuracy and SNR, with its controls, along the relative depth."""

import pandas as pd
from matplotlib.figure import Figure

from nodal.figures.style import PAGE, band, drawn, letter, panels, run_colour, styled

# Suffix of a control's columns, what it is called, and its line.
CONTROLS = (("", "nodes", "-"), ("_rotated", "random directions", "--"), ("_untrained", "untrained", ":"))


@styled
def compared(table: pd.DataFrame) -> Figure:
    """Accuracy on the left, SNR on the right; a colour a run, bands of one sd over seeds.

    Args:
        table: What `runs_compared` made.
    """
    figure, ((left, right),) = panels(1, 2, PAGE, 2.6, sharex=True)
    for number, (run, rows) in enumerate(table.groupby("run", sort=False)):
        depth, colour, name = rows["relative_depth"], run_colour(number), drawn(str(run))
        left.plot(depth, rows["accuracy_mean"], color=colour, label=name, marker=".")
        for suffix, control, line in CONTROLS:
            mean, sd = rows[f"snr{suffix}_mean"], rows[f"snr{suffix}_sd"]
            said = f"{name}, {control}" if suffix else name
            right.plot(depth, mean, line, color=colour, label=said, marker="." if not suffix else "")
            band(right, depth, mean - sd, mean + sd, colour)
    left.set(ylabel="accuracy of its probe", xlim=(0, 1.03), ylim=(0, 1))
    right.set_ylabel("SNR")
    right.set_ylim(bottom=0)
    right.legend()
    for panel, which in ((left, "a"), (right, "b")):
        panel.set_xlabel("block over number of blocks")
        letter(panel, which)
    return figure
