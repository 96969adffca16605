"""Bootstrap over seeds, then nodes, against what is known of it."""

import numpy as np
import pytest

from nodal.snp.bootstrap import MEASURES, chosen_seeds, interval, resampled
from nodal.snp.signal_to_noise import Summary, signal_to_noise

LABELS = 20


def test_nodes_that_are_all_alike_leave_only_the_seeds() -> None:
    counts = [np.full((8, 3), [2, 5, noise]) for noise in (3, 6)]
    chosen = chosen_seeds(2, 200, np.random.default_rng(0))
    found = resampled(counts, LABELS, chosen, np.random.default_rng(1))
    snr = [signal_to_noise(Summary(2, 2.5, 5, noise, 8, LABELS, 0)).snr for noise in (3, 6)]
    np.testing.assert_allclose(found["snr"], np.array(snr)[chosen].mean(axis=1))
    assert set(found) == set(MEASURES)
    assert (found["size"] == 2.5).all()


def test_one_seed_is_the_bootstrap_of_its_nodes() -> None:
    rng = np.random.default_rng(2)
    counts = np.stack([rng.poisson(2, 400) + 1, rng.poisson(5, 400) + 1, rng.poisson(9, 400)], axis=1)
    chosen = chosen_seeds(1, 3000, np.random.default_rng(0))
    samples = resampled([counts], LABELS, chosen, np.random.default_rng(1))["diagonal"]
    mean, error = counts[:, 1].mean(), counts[:, 1].std() / 20
    assert samples.std() == pytest.approx(error, rel=0.05)
    assert interval(samples) == pytest.approx((mean - 1.96 * error, mean + 1.96 * error), rel=0.01)


def test_the_same_seeds_are_paired() -> None:
    """What two networks share by seed leaves their difference alone."""
    own = [np.full((8, 3), [2, 5 + shift, 3]) for shift in (0, 40, 80)]
    control = [np.full((8, 3), [2, 4 + shift, 3]) for shift in (0, 40, 80)]
    chosen = chosen_seeds(3, 100, np.random.default_rng(0))
    a, b = (resampled(each, LABELS, chosen, np.random.default_rng(1))["diagonal"] for each in (own, control))
    assert a.std() > 10
    assert interval(a - b) == pytest.approx((1, 1))


def test_no_interval_where_a_sample_is_infinite() -> None:
    assert np.isnan(interval(np.array([1.0, np.inf]))).all()
