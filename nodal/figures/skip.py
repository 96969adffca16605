"""The study `skip`: skips over branches, clusters with and without the skip, and what masks of both cost."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import CHANCE, OURS, PAGE, PAPER, ROTATED, band, letter, of_seeds, panels, styled

_BRANCHES = {"attention": (OURS, "o"), "feed-forward": (PAPER, "s")}
_TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)
_LINES = {"": ("-", ""), "_untrained": (":", ", untrained")}
# Names and colours of the masks.
_MASKS = {
    "with": ("with the skip", OURS),
    "without": ("without", PAPER),
    "without_equal": ("without, as dense", ROTATED),
    "random": ("random", CHANCE),
    "zeroed": ("zeroed", "#E69F00"),
    "unpruned": ("unpruned", "#000000"),
}


@styled
def skips_shown(tables: Mapping[str, pd.DataFrame], paper: float | None) -> Figure:
    """Sizes along the blocks, then labels and noise of a node, then accuracy under each mask.

    Args:
        tables: Means over the seeds of what `nodal.tables.skip.skip_tables` gives.
        paper: The paper's ratio of the last block's attention, if it is to be shown.
    """
    blocks = sorted(tables["skip_masks"]["block"].unique())
    figure, ((sizes, labels, noise), (*masks, last)) = panels(2, 3, PAGE, 4.8)
    _sizes(sizes, tables["skip"], paper)
    for panel, name, title in ((labels, "diagonal", "labels a node"), (noise, "noise", "noise a node")):
        _bars(panel, tables["skip_taps"], name, title)
    labels.legend()
    for panel, block in zip(masks, blocks, strict=False):
        _accuracies(panel, tables["skip_masks"], block)
    masks[0].set_ylabel("test accuracy")
    handles, names = masks[0].get_legend_handles_labels()
    last.legend(handles, names, loc="center left", title="masks; hollow: before retraining")
    for panel in (last, *masks[len(blocks) :]):
        panel.axis("off")
    for panel, which in zip((sizes, labels, noise, *masks[: len(blocks)]), "abcde", strict=False):
        letter(panel, which)
    figure.suptitle(of_seeds(int(tables["skip"]["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _sizes(axes: Axes, table: pd.DataFrame, paper: float | None) -> None:
    for branch, rows in table.groupby("branch", sort=False):
        colour, marker = _BRANCHES[str(branch)]
        for suffix, (line, said) in _LINES.items():
            mean, sd = rows[f"ratio{suffix}_mean"], rows[f"ratio{suffix}_sd"].fillna(0)
            axes.plot(
                rows["block"],
                mean,
                line,
                color=colour,
                marker=marker,
                markersize=2.5,
                label=f"{branch}{said}",
            )
            band(axes, rows["block"], mean - sd, mean + sd, colour)
    if paper:
        axes.plot(table["block"].max(), paper, "*", color="black", label="paper")
    axes.set(xlabel="block", ylabel="skip over branch (RMS)", yscale="log", xticks=table["block"].unique())
    axes.set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    axes.set_yticks([], minor=True)
    axes.set_ylim(0.4, 1e5)  # room for the legend
    axes.axhline(1, color="black", linewidth=0.4, zorder=0)
    axes.legend(loc="upper right")


def _bars(axes: Axes, table: pd.DataFrame, name: str, title: str) -> None:
    """Bars with and without the skip, a pair a block and branch; the untrained network as a tick."""
    places = table.groupby(["block", "branch"], sort=False).ngroup().to_numpy()
    for how, shift, colour in (("with", -0.2, OURS), ("without", 0.2, PAPER)):
        here = (table["skip"] == how).to_numpy()
        at, rows = places[here] + shift, table[here]
        axes.bar(at, rows[f"{name}_mean"], 0.38, yerr=rows[f"{name}_sd"].fillna(0), color=colour,
                 error_kw={"linewidth": 0.6}, label=f"{how} the skip")  # fmt: skip
        axes.plot(at, rows[f"{name}_untrained_mean"], "_", color="black", markersize=8,
                  label="untrained" if how == "without" else None)  # fmt: skip
    named = table.drop_duplicates(["block", "branch"])
    texts = [f"{block}\n{branch[:4]}." for block, branch in zip(named["block"], named["branch"], strict=True)]
    axes.set_xticks(np.arange(len(texts)), texts)
    axes.set(title=title, xlabel="block and branch")
    axes.margins(y=0.35)


def _accuracies(axes: Axes, table: pd.DataFrame, block: int) -> None:
    """Accuracy over dilution, right after masking (hollow) and retrained (full)."""
    here = table[table["block"] == block]
    for mask, rows in here.groupby("mask", sort=False):
        name, colour = _MASKS[str(mask)]
        for stage, face in (("masked", "white"), ("retrained", colour)):
            axes.errorbar(
                rows["dilution_mean"], rows[f"{stage}_mean"], rows[f"{stage}_sd"].fillna(0), fmt="o",
                color=colour, markerfacecolor=face, markersize=4, elinewidth=0.6,
                label=name if stage == "retrained" else None,
            )  # fmt: skip
    axes.set(title=f"block {block}", xlabel="share pruned", xlim=(-0.05, 1.05))
