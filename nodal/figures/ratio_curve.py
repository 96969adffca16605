"""Figure 10: how many labels belong to a head, against the ratio that defines it, beside chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, band, letter, of_seeds, panels, styled


@dataclass(frozen=True)
class Ownership:
    """Owned labels over T ratios: of each seed [S, T], and of all draws of random heads [S * draws, T]."""

    measured: NDArray[np.int64]
    random: NDArray[np.int64]


@styled
def owned_by_ratio(
    ratios: NDArray[np.float64], layers: Mapping[str, Ownership], ratio: float, paper: Mapping[str, float]
) -> Figure:
    """A panel a layer: labels that belong to a head against the ratio, and for random heads (Fig 10).

    Args:
        ratios: float64 [T].
        layers: What belongs to a head, by layer.
        ratio: The ratio that the tables use; marked.
        paper: The paper's number of labels at ratios from 1.5 to 2.5, by layer, where it is to be compared.
    """
    figure, axes = panels(1, len(layers), PAGE, 2.3, sharey=True)
    for panel, (layer, owned) in zip(axes[0], layers.items(), strict=True):
        low, high = np.quantile(owned.random, [0.025, 0.975], axis=0)
        band(panel, ratios, low, high, CHANCE, "random heads, 95 % of draws")
        panel.plot(
            ratios, owned.random.mean(axis=0), color=CHANCE, linestyle="--", label="random heads, mean"
        )
        mean = owned.measured.mean(axis=0)
        panel.plot(ratios, mean, color=OURS, label=f"measured, {of_seeds(len(owned.measured), 'mean')}")
        if len(owned.measured) > 1:
            sd = owned.measured.std(axis=0, ddof=1)
            band(panel, ratios, mean - sd, mean + sd, OURS, "± sd")
        if layer in paper:
            panel.plot([1.5, 2.5], [paper[layer]] * 2, color=PAPER, linewidth=0.8, label="the paper, about")
        panel.axvline(ratio, color="black", linewidth=0.5, linestyle=":", label="the tables' ratio")
        panel.set(title=layer, xlabel="least ratio to any other head")
    axes[0, 0].set_ylabel("labels that belong to a head")
    handles, texts = axes[0, -1].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside lower center", ncols=len(texts))
    for panel, which in zip(axes[0], "abcdefgh", strict=False):
        letter(panel, which)
    return figure
