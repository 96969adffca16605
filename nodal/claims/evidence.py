"""What a verdict rests on: numbers by seed, their means and intervals, and differences paired by seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t


@dataclass(frozen=True)
class Measured:
    """A number.

    Attributes:
        mean: Over the seeds.
        sd: Sample sd over the seeds; nan for one.
        low: Lower end of its 95 % interval; nan where there is none.
        high: The upper end.
        seeds: How many.
        by_seed: The number of each seed; empty where it is no mean of such.
    """

    mean: float
    sd: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    seeds: int = 1
    by_seed: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """All that a rule may look at; `difference` is ours less the control, paired by seed."""

    ours: Measured
    paper: float | None = None
    control: Measured | None = None
    reference: Measured | None = None
    difference: Measured | None = None


def over_seeds(by_seed: Mapping[int, float]) -> Measured:
    """Mean and sd of the numbers of the seeds, with Student's interval of the mean."""
    values = np.array(list(by_seed.values()), np.float64)
    low, high = student_interval(values)
    sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return Measured(float(values.mean()), sd, low, high, len(values), dict(by_seed))


def paired_difference(ours: Measured, control: Measured) -> Measured:
    """Ours less the control, seed by seed; without an interval where the two are not of the same seeds."""
    if ours.by_seed and ours.by_seed.keys() == control.by_seed.keys():
        return over_seeds({seed: value - control.by_seed[seed] for seed, value in ours.by_seed.items()})
    return Measured(ours.mean - control.mean, seeds=min(ours.seeds, control.seeds))


def student_interval(values: ArrayLike) -> tuple[float, float]:
    """95 % interval of the mean, supposing that the values are normal; nan for less than two.

    Args:
        values: float64 [N].
    """
    values = np.asarray(values, np.float64)
    if len(values) < 2:
        return float("nan"), float("nan")
    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def slope(places: ArrayLike, values: ArrayLike) -> Measured:
    """Least-squares slope of values over places, with Student's interval of the regression.

    The interval says how well a line fits the means; a curve of three points has hardly any, and of two none.

    Args:
        places: [N], such as the numbers of the blocks.
        values: [N].
    """
    x, y = np.asarray(places, np.float64), np.asarray(values, np.float64)
    x = x - x.mean()
    steep = float(x @ y / (x @ x))
    if len(x) < 3:
        return Measured(steep)
    rest = y - y.mean() - steep * x
    half = float(t.ppf(0.975, len(x) - 2) * np.sqrt(rest @ rest / (len(x) - 2) / (x @ x)))
    return Measured(steep, low=steep - half, high=steep + half)
