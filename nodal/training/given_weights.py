"""Whether given weights know the labels of a data set at all.

A checkpoint does not say in which order its labels were, nor how its images were normalised, and its shapes
do not show the number of attention heads. Any of these spoils the answers without another sign.
"""

import logging

import torch
from scipy.stats import binom
from torch import Tensor

log = logging.getLogger(__name__)

LUCK = 0.01  # probability up to which luck is ruled out
MORE = 1.5  # times as many right answers that another order of the labels has to give


def check_given(predicted: Tensor, labels: Tensor, count: int, at_chance: str) -> None:
    """Stop where the answers to the held-out images say that the weights are for something else.

    Args:
        predicted: int64 [N], what the network answers with the given weights.
        labels: int64 [N], the right answers.
        count: Number of labels.
        at_chance: `stop`, or `accept`: say it in the log and go on.

    Raises:
        ValueError: They do (see `doubt`), and `at_chance` is `stop`.
    """
    found = doubt(predicted.cpu(), labels.cpu(), count)
    if found is None:
        return
    said = (
        f"given weights are {found}: label order, normalise or model settings differ from those of the"
        " checkpoint"
    )
    if at_chance == "stop":
        raise ValueError(f"{said}; set pretrain.at_chance: accept to go on anyway")
    log.warning("%s; accepted", said)


def doubt(predicted: Tensor, labels: Tensor, count: int) -> str | None:
    """Say what is wrong with a network's answers on images that trained nothing; None where nothing is.

    Args:
        predicted: int64 [N], its answers.
        labels: int64 [N], the right ones.
        count: Number of labels.

    Returns:
        What they are, in two cases. No more are right than luck gives to one who always says the most
        frequent label (binomial test, p > `LUCK`). Or another order of the labels, read off one half of the
        images, gets half as many again right on the other half, and not by luck (sign test, p <= `LUCK`).
    """
    right, chance = int((predicted == labels).sum()), int(torch.bincount(labels).max()) / len(labels)
    if binom.sf(right - 1, len(labels), chance) > LUCK:
        return f"at chance on the held-out images ({right} of {len(labels)} right, chance {chance:.4f})"
    order = labels.argsort(stable=True)
    first, second = order[::2], order[1::2]
    pairs = torch.bincount(predicted[first] * count + labels[first], minlength=count * count).view(
        count, count
    )
    meant = (
        torch.where(pairs.any(1), pairs.argmax(1), torch.arange(count))[predicted[second]] == labels[second]
    )
    given = predicted[second] == labels[second]
    won, lost = int((meant & ~given).sum()), int((given & ~meant).sum())
    if meant.sum() >= MORE * given.sum() and binom.sf(won - 1, won + lost, 0.5) <= LUCK:
        return (
            f"of another order of the labels (of {len(second)} held-out images {int(given.sum())} are right,"
            f" and {int(meant.sum())} in the order that suits the others best)"
        )
    return None
