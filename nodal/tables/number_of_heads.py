"""The study `number_of_heads`: networks of more and of fewer attention heads, on more and on fewer labels."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nodal.attention.single_head import single_heads
from nodal.files.accuracy import accuracies
from nodal.snp.averages import averages, mean_averages
from nodal.snp.groups import random_groups
from nodal.snp.matrix import Snp
from nodal.tables.measured import Counting, Measured, Row
from nodal.tables.seeds import by_seed

KEYS = ["labels", "heads"]
_AVERAGES = ("clusters", "size", "diagonal", "noise", "snr")


@dataclass(frozen=True)
class Headed:
    """A network of one seed.

    Attributes:
        heads: How many a block, or `later` or `earlier`: more in these blocks.
        seed: Of the training.
        last: Attention heads of its last block.
        answers: Correct answers by `split` and label.
        measured: What the probes say of its last attention tap.
    """

    heads: str
    seed: int
    last: int
    answers: pd.DataFrame
    measured: Measured


def number_of_heads(networks: Iterable[Headed], tap: str, counting: Counting) -> pd.DataFrame:
    """The numbers of each seed.

    Args:
        networks: Of all seeds.
        tap: Name of the last attention tap.
        counting: How clusters are made there, and which labels a head owns.

    Returns:
        A row a number of labels and of heads: `accuracy` of the network; `attention_accuracy`, of the probe
        on the last attention; the labels that heads own (`Measured.owned`); and of the matrices of whole
        heads (`single_heads`) averages `head_...`, the same `_random`, of heads of random nodes, and
        `_untrained`.
    """
    rows = []
    for each in networks:
        own, untrained = (each.measured.snp[f"{name}/{tap}"] for name in ("trained", "untrained"))
        right = {f"attention_{name}": value for name, value in each.measured.answers(tap).items()}
        draws = random_groups(len(own.weight), each.seed, each.last)
        random = [
            _heads(Snp(own.pooled_mean[order], own.weight[order]), each.last, counting) for order in draws
        ]
        rows.append(
            {
                "labels": own.shape[1],
                "heads": each.heads,
                "seed": each.seed,
                **accuracies(each.answers),
                **right,
                **each.measured.owned(
                    tap, each.last, counting, np.random.default_rng([each.seed, each.last])
                ),
                **_named(_heads(own, each.last, counting), ""),
                **_named(mean_averages(random), "_random"),
                **_named(_heads(untrained, each.last, counting), "_untrained"),
            }
        )
    return by_seed(rows, KEYS)


def _heads(snp: Snp, heads: int, counting: Counting) -> Row:
    """The averages over the heads' matrices; their ranks leave only the rules that first fit knows."""
    (at,) = averages(single_heads(snp, heads), [counting.threshold], "first_fit")
    return at


def _named(found: Row, suffix: str) -> Row:
    return {f"head_{name}{suffix}": found[name] for name in _AVERAGES}
