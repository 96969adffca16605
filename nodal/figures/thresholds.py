"""Figure 5: the ratio of signal to noise, and that of the worst label, against the threshold."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import (
    CHANCE,
    OURS,
    PAGE,
    PAPER,
    ROTATED,
    UNTRAINED,
    band,
    letter,
    of_seeds,
    panels,
    styled,
)

_HIGHEST = 12.0  # of the ratio shown: it diverges as the noise vanishes
_MARGIN = 0.03  # left of a threshold of 0, for a mark there


# A quantity over the thresholds of every seed, float64 [S, T], by the names of `SERIES`.
Curve = Mapping[str, NDArray[np.float64]]
# Name of each variant, from back to front.
SERIES = {
    "shuffled": "weights shuffled",
    "untrained": "untrained network",
    "rotated": "random directions",
    "": "nodes",
}
_COLOURS = dict(zip(SERIES.values(), (CHANCE, UNTRAINED, ROTATED, OURS), strict=True))


@styled
def snr_curves(
    thresholds: NDArray[np.float64],
    layers: Mapping[str, tuple[Curve, Curve]],
    paper: Mapping[str, tuple[float, float]],
) -> Figure:
    """A row a layer: SNR on the left, SNR_min on the right (Fig 5).

    Args:
        thresholds: float64 [T].
        layers: SNR and SNR_min by layer.
        paper: Threshold and SNR that the paper prints, by layer; empty where they are not to be compared.
    """
    figure, axes = panels(len(layers), 2, PAGE, 1.9 * len(layers), sharex=True)
    for row, (layer, curves) in zip(axes, layers.items(), strict=True):
        for panel, curve, name in zip(row, curves, ("SNR", "SNR$_{min}$"), strict=True):
            _draw(panel, thresholds, curve)
            panel.set(title=f"{layer}, {of_seeds(len(curve['nodes']))}", xlim=(-_MARGIN, 1))
            panel.set_ylabel(name, parse_math=True)
        row[0].set_ylim(0, min(_HIGHEST, row[0].get_ylim()[1]))
        row[1].set_ylim(bottom=0)
        best, value = optimum(thresholds, curves[1]["nodes"])
        if np.isfinite(value):
            row[1].plot(best, value, "v", color="black", markersize=4, label=f"nodes: largest at {best:.2f}")
            row[1].legend(*(part[-1:] for part in row[1].get_legend_handles_labels()))
        if layer in paper:
            row[0].plot(*paper[layer], "x", color=PAPER, label="the paper's value")
    axes[0, 0].legend()
    for panel in axes[-1]:
        panel.set_xlabel("threshold")
    for panel, which in zip(axes.ravel(), "abcdefgh", strict=False):
        letter(panel, which)
    return figure


def optimum(thresholds: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    """Where the mean over the seeds [S, T] is largest, and how large, where all seeds have a value."""
    mean = values.mean(axis=0)
    at = int(np.where(np.isfinite(mean), mean, -np.inf).argmax())
    return float(thresholds[at]), float(mean[at])


def _draw(axes: Axes, thresholds: NDArray[np.float64], curve: Curve) -> None:
    """Mean over the seeds and a band of one sd, of the nodes and of their controls."""
    axes.axhline(1, color="black", linewidth=0.5, linestyle=":")
    for label, values in curve.items():
        colour = _COLOURS[label]
        mean = values.mean(axis=0)
        # Beyond where a seed has no noise left its ratio is infinite: the line ends there.
        shown = np.where(np.isfinite(mean), mean, np.nan)
        axes.plot(thresholds, shown, color=colour, label=label)
        if len(values) > 1:
            sd = np.where(np.isfinite(mean), np.nan_to_num(values, posinf=0).std(axis=0, ddof=1), np.nan)
            band(axes, thresholds, shown - sd, shown + sd, colour)
