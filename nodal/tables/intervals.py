"""Intervals of Tables 1 and 2, and of their differences to every control, paired by seed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nodal.files.clusters import read_counts, where
from nodal.files.rotated import read_rotated
from nodal.snp.bootstrap import MEASURES, Floats, chosen_seeds, interval, resampled

SAMPLES = 1000
OWN = "itself"
# Threshold and block.
Place = tuple[float, int]


def intervals(statistics: Iterable[str], rotated: Iterable[str]) -> pd.DataFrame:
    """A row a threshold, block, measure and what it is compared with.

    Args:
        statistics: Counts of all nodes, files of every tap, variant and seed.
        rotated: Averages along random directions, a file a seed.

    Returns:
        `threshold, block, measure, compared, seeds`, and `mean`, `mean_low`, `mean_high`: the middle and the
        95 % interval of the measure's mean over seeds (`compared` is `itself`), or of its difference to the
        control that `compared` names. They are a bootstrap over the seeds, then over the nodes of each; along
        random directions, over its rotations.
    """
    rng = np.random.default_rng(20)
    counts, labels = _counts_of_nodes(statistics)
    directions = _directions(rotated)
    rows: list[dict[str, Any]] = []
    for place, variants in counts.items():
        seeds = sorted(variants[""])
        # The same seeds for all that is compared.
        chosen = chosen_seeds(len(seeds), SAMPLES, rng)
        found = {
            variant: resampled([of_seed[seed] for seed in seeds], labels, chosen, rng)
            for variant, of_seed in variants.items()
        }
        found["rotated"] = _along_directions([directions[place][seed] for seed in seeds], chosen, rng)
        for compared, samples in _compared(found):
            for measure in MEASURES:
                low, high = interval(samples[measure])
                values = dict(zip(("threshold", "block"), place, strict=True))
                said = {"measure": measure, "compared": compared, "seeds": len(seeds)}
                rows.append(
                    {**values, **said, "mean": samples[measure].mean(), "mean_low": low, "mean_high": high}
                )
    return pd.DataFrame(rows)


def _compared(found: Mapping[str, Mapping[str, Floats]]) -> Iterator[tuple[str, Mapping[str, Floats]]]:
    """The samples of the nodes, then of their differences to each control."""
    yield OWN, found[""]
    for control in found:
        if control:
            with np.errstate(invalid="ignore"):  # infinite less infinite is nan
                yield control, {name: found[""][name] - found[control][name] for name in MEASURES}


def _counts_of_nodes(
    statistics: Iterable[str],
) -> tuple[dict[Place, dict[str, dict[int, NDArray[np.int64]]]], int]:
    """The counts of all nodes by place, variant and seed; and the number of labels."""
    counts: dict[Place, dict[str, dict[int, NDArray[np.int64]]]] = defaultdict(lambda: defaultdict(dict))
    labels = 0
    for path in statistics:
        about = where(path)
        labels = len(about["labels"])
        variant = about["set"].partition("-")[2]
        for threshold, of_nodes in read_counts(path).items():
            counts[threshold, about["block"]][variant][about["seed"]] = of_nodes
    return counts, labels


def _directions(rotated: Iterable[str]) -> dict[Place, dict[int, pd.DataFrame]]:
    """The averages of the trained network along random directions, a row a rotation, by place and seed."""
    found: dict[Place, dict[int, pd.DataFrame]] = defaultdict(dict)
    for path in rotated:
        table = read_rotated(path)
        table = table[(table["network"] == "trained") & (table["rotation"] > 0) & ~table["matched"]]
        for (threshold, block), rows in table.groupby(["threshold", "block"]):
            found[float(str(threshold)), int(str(block))][where(path)["seed"]] = rows
    return found


def _along_directions(
    seeds: Sequence[pd.DataFrame], chosen: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Floats]:
    """`MEASURES` in a random rotation of each chosen seed, means over these seeds."""
    values = np.empty((*chosen.shape, len(MEASURES)))
    for seed, rotations in enumerate(seeds):
        of_seed = chosen == seed
        some = rng.integers(len(rotations), size=of_seed.sum())
        values[of_seed] = rotations[list(MEASURES)].to_numpy(np.float64)[some]
    return dict(zip(MEASURES, values.mean(axis=1).T, strict=True))
