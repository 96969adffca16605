"""The studies of networks with a part of their weights: accuracies beside each other, and over their size."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodal.figures.style import (
    CHANCE,
    COLUMN,
    HELDOUT,
    OURS,
    PAGE,
    PAPER,
    ROTATED,
    letter,
    of_seeds,
    panels,
    styled,
)  # fmt: skip

# Names, colours and signs of the masks: from the first step on, and after a training.
_MASKS = {
    "a_andc": ("A-ANDC", OURS, "o"),
    "disjoint": ("disjoint groups", ROTATED, "s"),
    "random": ("random", CHANCE, "D"),
    "andc": ("ANDC, two trainings", PAPER, "o"),
    "magnitude": ("|w|, two trainings", "#000000", "^"),
    "unpruned": ("unpruned", HELDOUT, "*"),
}
_PRUNED = {"fc": "FC layer", "block": "last block", "network": "all layers"}
_FACES = {"three_quarters": "none", "same": "full"}
_TICKS = [digit * 10**power for power in range(2, 9) for digit in (1, 2, 5)]
MICRONET = (194_414, 0.8007)  # parameters that are not zero and accuracy, of the first place on CIFAR-100


@styled
def assigned(table: pd.DataFrame) -> Figure:
    """Accuracy of every way to keep as many weights, of the FC layer, of the last block, of all layers.

    Args:
        table: Means over the seeds of what `nodal.tables.masked.assigned_masks` gives.
    """
    figure, (axes,) = panels(1, len(_PRUNED), PAGE, COLUMN * 0.72, sharey=True)
    whole = table[table["pruned"] == "nothing"].set_index("mask")["accuracy_mean"]
    for panel, (pruned, title), which in zip(axes, _PRUNED.items(), "abc", strict=True):
        rows = table[table["pruned"] == pruned].set_index("mask")
        shown = [mask for mask in _MASKS if mask in rows.index]
        for place, mask in enumerate(shown):
            _, colour, sign = _MASKS[mask]
            panel.errorbar(
                place, rows.loc[mask, "accuracy_mean"], pd.Series(rows.loc[mask, "accuracy_sd"]).fillna(0),
                fmt=sign, color=colour, markersize=4, elinewidth=0.8,
            )  # fmt: skip
        for name, line, label in (
            ("unpruned_once", "-", "unpruned"), ("unpruned", ":", "unpruned, two trainings")
        ):  # fmt: skip
            panel.axhline(whole[name], color="black", linewidth=0.7, linestyle=line, label=label, zorder=0)
        names = [_MASKS[mask][0].replace(", ", "\n") for mask in shown]
        panel.set_xticks(range(len(shown)), names, rotation=45, ha="right")
        panel.set(title=title, xlim=(-0.5, len(shown) - 0.5))
        letter(panel, which)
    axes[0].set_ylabel("test accuracy")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.suptitle(of_seeds(int(table["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


@styled
def fewest(front: pd.DataFrame, smallest: pd.DataFrame, micronet: bool) -> Figure:
    """Accuracy over the number of parameters that are not zero; the smallest network of each way to prune.

    Args:
        front: Means over the seeds of what `nodal.tables.masked.front` gives.
        smallest: The same of `fewest_parameters`.
        micronet: Whether the best network of the MicroNet challenge stands beside, on CIFAR-100.
    """
    figure, ((axes,),) = panels(1, 1, PAGE * 0.8, COLUMN * 0.95)
    for mask, rows in front.groupby("mask", sort=False):
        for width, some in rows.groupby("width", sort=False):
            _points(axes, str(mask), str(width), some.sort_values("parameters_mean"))
    asked = smallest["asked_mean"].mean()
    axes.axhline(asked, color="black", linewidth=0.6, linestyle="--", label="asked for (held-out accuracy)")
    if micronet:
        axes.plot(*MICRONET, "P", color="black", markersize=6, label="MicroNet, first place")
    axes.set(xscale="log", xlabel="parameters that are not zero", ylabel="test accuracy")
    axes.set_xticks([], minor=True)
    ticks = [tick for tick in _TICKS if front["parameters_mean"].min() / 2 < tick
             < 2 * front["parameters_mean"].max()]  # fmt: skip
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    handles, names = axes.get_legend_handles_labels()
    kept = dict(zip(names, handles, strict=True))
    figure.legend(kept.values(), kept.keys(), loc="outside right center", title="empty: narrower network")
    figure.suptitle(of_seeds(int(front["seeds"].max())), fontsize=6, x=0.99, ha="right")
    return figure


def _points(axes: Axes, mask: str, width: str, rows: pd.DataFrame) -> None:
    name, colour, sign = _MASKS[mask]
    axes.plot(
        rows["parameters_mean"], rows["accuracy_mean"], sign, linestyle="-", linewidth=0.6, color=colour,
        fillstyle=_FACES[width], markersize=5, label=name if width == "same" else None,
    )  # fmt: skip
    axes.errorbar(
        rows["parameters_mean"], rows["accuracy_mean"], rows["accuracy_sd"].fillna(0), fmt="none",
        ecolor=colour, elinewidth=0.6,
    )  # fmt: skip
