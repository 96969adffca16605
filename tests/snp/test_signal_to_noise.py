"""Signal and noise against the paper's Tables 1 and 2, hand-made cases and the literal averages."""

import math

import numpy as np
import pytest

from nodal.paper import TABLE1, TABLE2
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.signal_to_noise import Summary, contributions, signal_to_noise, summarise, sweep

NODES, LABELS = 256, 100
# Signal and external noise that Table 1 gives by Eqs 1 and 3, and the ratio that follows with Table 2's
# printed signal and internal noise (docs/science.md): block: signal | noise_E | SNR.
CHECK = {
    7: (37.38, 10.680, 3.278),
    6: (17.41, 7.667, 2.251),
    5: (17.66, 8.154, 2.124),
    4: (19.97, 8.881, 2.204),
    3: (23.30, 10.545, 2.137),
    2: (24.32, 12.170, 1.943),
    1: (23.81, 13.248, 1.740),
}


def summary(clusters: float, size: float, diagonal: float, noise: float, fewest: float = 0) -> Summary:
    return Summary(clusters, size, diagonal, noise, NODES, LABELS, fewest)


@pytest.mark.parametrize("block", TABLE1)
def test_check_values_from_table_1(block: int) -> None:
    _, clusters, size, diagonal, noise = TABLE1[block]
    found = signal_to_noise(summary(clusters, size, diagonal, noise))
    signal, external, _ = CHECK[block]
    assert found.signal == pytest.approx(signal, abs=0.005 + 1e-9)
    assert found.noise_external == pytest.approx(external, abs=0.0005 + 1e-9)
    assert found.noise_internal == pytest.approx((size - 1) / (LABELS - 1) * found.signal)


@pytest.mark.parametrize("block", TABLE2)
def test_check_values_of_the_ratio(block: int) -> None:
    signal, internal, _, _ = TABLE2[block]
    size = 1 + internal / signal * (LABELS - 1)  # the mean cluster size that gives the printed internal noise
    found = signal_to_noise(summary(0, size, signal * LABELS / NODES, TABLE1[block][4]))
    assert found.signal == pytest.approx(signal)
    assert found.noise_internal == pytest.approx(internal)
    assert found.snr == pytest.approx(CHECK[block][2], abs=0.0005 + 1e-9)


def _meets(low: float, high: float, printed: float, unit: float) -> bool:
    """Whether some number of [low, high) is truncated to the printed one."""
    return low < printed + unit and high > printed


@pytest.mark.parametrize("block", TABLE2)
def test_all_cells_agree_when_both_tables_are_truncated(block: int) -> None:
    _, clusters, size, diagonal, noise = TABLE1[block]
    low = signal_to_noise(summary(clusters, size, diagonal, noise))
    high = signal_to_noise(summary(clusters, size + 0.1, diagonal + 0.1, noise + 0.1))
    signal, internal, external, ratio = TABLE2[block]
    assert _meets(low.signal, high.signal, signal, 0.1)
    assert _meets(low.noise_internal, high.noise_internal, internal, 0.01)
    assert _meets(low.noise_external, high.noise_external, external, 0.1)
    best = high.signal / (low.noise_internal + low.noise_external)
    assert _meets(low.signal / (high.noise_internal + high.noise_external), best, ratio, 0.01)


def test_rounding_does_not_explain_the_external_noise() -> None:
    differ = [b for b in TABLE2 if round(TABLE1[b][4] * NODES / LABELS**2, 1) != TABLE2[b][2]]
    assert len(differ) >= 4


def test_summarise_is_the_literal_average() -> None:
    rng = np.random.default_rng(0)
    numbers = np.full((7, 9), -1, np.int16)
    for row in numbers[1:]:  # the first node has no cluster
        chosen = rng.permutation(9)[: rng.integers(1, 9)]
        _, row[chosen] = np.unique(rng.integers(0, 4, len(chosen)), return_inverse=True)
    noise = rng.integers(0, 30, 7).astype(np.int32)
    sizes = [int((row == c).sum()) for row in numbers for c in range(row.max() + 1)]
    found = summarise(numbers, noise)
    assert found.clusters == pytest.approx(len(sizes) / 7)
    assert found.size == pytest.approx(np.mean(sizes))
    assert found.diagonal == pytest.approx((numbers >= 0).sum(1).mean())
    assert found.noise == pytest.approx(noise.mean())
    assert (found.matrices, found.labels) == (7, 9)
    assert found.fewest == min((numbers[:, label] >= 0).sum() for label in range(9))
    assert found.clusters * found.size == pytest.approx(found.diagonal)


def test_equations_by_hand() -> None:
    # Eq 1: 3 * 4 * 8 / 16; Eq 2: (4 - 1) / 15 of it; Eq 3: 32 * 8 / 256.
    found = signal_to_noise(Summary(3, 4, 12, 32, matrices=8, labels=16, fewest=2))
    assert found.signal == pytest.approx(6)
    assert found.noise_internal == pytest.approx(1.2)
    assert found.noise_external == pytest.approx(1)
    assert found.snr == pytest.approx(6 / 2.2)
    assert found.snr_min == pytest.approx(2 / (0.4 + 1))


def test_without_noise_the_ratio_is_infinite() -> None:
    numbers = np.array([[0, 1], [0, 1]], np.int16)
    found = signal_to_noise(summarise(numbers, np.zeros(2, np.int32)))
    assert found.snr == found.snr_min == math.inf
    assert found.noise_internal == found.noise_external == 0


def test_without_clusters_the_ratio_is_zero() -> None:
    summary = summarise(np.full((3, 4), -1, np.int16), np.array([2, 0, 1], np.int32))
    assert math.isnan(summary.size)
    found = signal_to_noise(summary)
    assert (found.signal, found.noise_internal, found.snr, found.snr_min) == (0, 0, 0, 0)
    assert found.noise_external == pytest.approx(1 * 3 / 16)


def test_with_neither_the_ratio_is_undefined() -> None:
    found = signal_to_noise(summarise(np.full((3, 4), -1, np.int16), np.zeros(3, np.int32)))
    assert math.isnan(found.snr)
    assert math.isnan(found.snr_min)


def test_contributions_are_what_a_layer_loses_without_the_node() -> None:
    snp = Snp(*np.random.default_rng(1).standard_normal((2, 5, 7)).astype(np.float32))
    numbers = clusters(snp, [0.3])
    noise = statistics(numbers, above(snp, [0.3])).noise[0]
    whole = sweep(snp, [0.3], "first_fit")[0].snr
    for node, found in enumerate(contributions(numbers[0], noise)):
        others = Snp(np.delete(snp.pooled_mean, node, 0), np.delete(snp.weight, node, 0))
        assert found == pytest.approx(whole - sweep(others, [0.3], "first_fit")[0].snr)
