"""Figure 4: whether the clusters of a layer serve all labels alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, band, letter, name_places, of_seeds, panels, styled
from nodal.snp.label_shares import Chance

_CHANCE_WIDTH = 1.96  # sds that hold 95 % of the labels


@dataclass(frozen=True)
class Share:
    """What one seed gives: appearances and fields [L] of the labels, and what chance would."""

    appearances: NDArray[np.int64]
    fields: NDArray[np.float64]
    chance: Chance


@styled
def label_shares(seeds: Sequence[Share], names: Sequence[str], where: str, paper: float | None) -> Figure:
    """Appearances of each label in clusters, and the field from inside them on each output (Fig 4).

    Args:
        seeds: One share a seed.
        names: Names of the labels.
        where: The layer and the threshold, for the title.
        paper: The paper's mean number of appearances, where it is to be compared with.
    """
    figure, axes = panels(2, 1, PAGE, 3.6, sharex=True)
    upper, lower = axes[:, 0]
    _bars(upper, np.stack([share.appearances for share in seeds]))
    _bars(lower, np.stack([share.fields for share in seeds]))
    mean = float(np.mean([share.chance.mean for share in seeds]))
    sd = float(np.mean([share.chance.sd for share in seeds]))
    reach = _CHANCE_WIDTH * sd / np.sqrt(len(seeds))  # of a mean over the seeds, as the bars are
    ends = [-0.6, len(names) - 0.4]
    band(
        upper,
        ends,
        [mean - reach] * 2,
        [mean + reach] * 2,
        CHANCE,
        "95 % of labels, if each node held random ones",
    )
    if paper is not None:
        upper.axhline(paper, color=PAPER, linewidth=0.7, label="the paper's mean")
    upper.set(ylabel="appearances in clusters", title=where)
    lower.set(ylabel="total field from clusters,\neach over its node's maximum")
    name_places(lower, names)
    lower.set_xlim(ends)
    upper.tick_params(axis="x", length=0)
    upper.set_ylim(0, 1.3 * upper.get_ylim()[1])
    upper.legend(loc="upper right", ncols=4)
    for panel, which in zip((upper, lower), "ab", strict=True):
        letter(panel, which)
    return figure


def _bars(axes: Axes, values: NDArray[np.float64 | np.int64]) -> None:
    """A bar a label, its sd over the seeds, and the mean over the labels."""
    mean = values.mean(axis=0)
    spread = values.std(axis=0, ddof=1) if len(values) > 1 else None
    style = {"elinewidth": 0.5, "ecolor": "black"}
    axes.bar(
        np.arange(len(mean)), mean, 0.75, yerr=spread, color=OURS, error_kw=style, label=of_seeds(len(values))
    )
    axes.axhline(mean.mean(), color="black", linestyle="--", linewidth=0.8, label="mean over labels")
