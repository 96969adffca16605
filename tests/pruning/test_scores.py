"""Scores and the masks made of them against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodal.pruning.fc_masks import fc_masks, rotated_mask
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.scores import field, largest, magnitude, wanda
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp
from nodal.snp.rotations import haar

RNG = np.random.default_rng(0)
WEIGHT = RNG.normal(size=(5, 4, 2, 3)).astype(np.float32)
LABELS, NODES = 7, 12
SNP = Snp(RNG.normal(1, 1, (NODES, LABELS)), RNG.normal(size=(NODES, LABELS)))


@given(st.integers(1, 6), st.integers(1, 6), st.booleans(), st.booleans(), st.data())
def test_the_largest_are_kept(outs: int, ins: int, each: bool, ties: bool, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, outs * ins))
    scores = np.random.default_rng(kept).normal(size=(outs, ins))
    scores = scores.round() if ties else scores
    mask = largest(scores, kept, each_output=each)
    assert mask.sum() == kept
    rows = zip(scores, mask, strict=True) if each else [(scores.ravel(), mask.ravel())]
    for values, chosen in rows:
        # The first of equals: a stable order, by hand.
        order = sorted(range(len(values)), key=lambda place: -values[place])
        assert set(np.flatnonzero(chosen)) == set(order[: chosen.sum()])
    if each:
        counts, (whole, rest) = mask.sum(1), divmod(kept, outs)
        assert sorted(counts) == [whole] * (outs - rest) + [whole + 1] * rest
        following = [sorted(values)[::-1][whole] if whole < ins else -np.inf for values in scores]
        more = [following[out] for out in range(outs) if counts[out] > whole]
        fewer = [following[out] for out in range(outs) if counts[out] == whole]
        assert not more or not fewer or min(more) >= max(fewer)


def test_magnitude_and_wanda_of_kernels_and_weights() -> None:
    rms = np.array([0.5, 2, 0, 3], np.float32)
    for out in range(5):
        for into in range(4):
            norm = np.sqrt(sum(w * w for w in WEIGHT[out, into].ravel().tolist()))
            assert magnitude(WEIGHT)[out, into] == pytest.approx(norm)
            assert wanda(WEIGHT, rms)[out, into] == pytest.approx(norm * rms[into])
    np.testing.assert_array_equal(magnitude(WEIGHT[:, :, 0, 0]), np.abs(WEIGHT[:, :, 0, 0].astype(float)))


def test_field_is_the_diagonal_of_the_matrices() -> None:
    weight, matrices, means = SNP.weight.T, SNP.fields(), SNP.pooled_mean
    plain, centred = field(SNP), field(SNP, centred=True)
    for label in range(LABELS):
        for node in range(NODES):
            assert plain[label, node] == pytest.approx(matrices[node, label, label], rel=1e-6)
            own = float(means[node, label]) - sum(map(float, means[node])) / LABELS
            assert centred[label, node] == pytest.approx(own * weight[label, node], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("rule", ["first_fit", "diagonal", "max_clique", "min_cover"])
def test_label_sets_are_those_of_every_rule(rule: str) -> None:
    np.testing.assert_array_equal(label_sets(SNP, 0.3), clusters(SNP, [0.3], rule)[0] >= 0)


def test_fc_masks_are_as_dense_as_andc() -> None:
    heldout, rms = Snp(SNP.pooled_mean[:, ::-1], SNP.weight), np.arange(NODES) + 0.5
    masks = fc_masks(SNP, {"heldout": heldout}, rms, 0.3, np.random.default_rng(0))
    for label in range(LABELS):
        for node in range(NODES):
            matrix = SNP.fields([node])[0]
            assert masks["andc"][label, node] == (matrix[label, label] > np.float32(0.3) * matrix.max())
    np.testing.assert_array_equal(masks["andc_heldout"], label_sets(heldout, 0.3).T)
    kept = masks["andc"].sum()
    for name in ("random", "degree", "magnitude", "magnitude_output", "wanda", "field", "field_centred"):
        assert masks[name].sum() == kept, name
    for name in ("magnitude_output", "wanda", "field_centred"):
        assert np.ptp(masks[name].sum(1)) <= 1, name
    weight = SNP.weight.T
    np.testing.assert_array_equal(masks["wanda"], largest(np.abs(weight) * rms, kept, each_output=True))
    np.testing.assert_array_equal(masks["field"], largest(field(SNP), kept))
    assert not masks["zeroed"].any()
    assert masks["unpruned"].all()


def test_the_rotated_mask_is_andc_of_directions_as_dense() -> None:
    q = haar(NODES, np.random.default_rng(1))
    kept = int(label_sets(SNP, 0.3).sum())
    mask = rotated_mask(SNP, q, kept, 0.3)
    assert mask.sum() == kept
    turned = Snp(q @ SNP.pooled_mean, q @ SNP.weight)
    shares = np.array([np.diagonal(each) / each.max() for each in turned.fields().astype(float)])
    # A threshold, bisected, at which as many diagonal elements are above.
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (shares > middle).sum() > kept else (low, middle)
    np.testing.assert_array_equal(mask, (shares > high).T)
    assert (rotated_mask(SNP, np.eye(NODES), kept, 0.3) == label_sets(SNP, 0.3).T).all()
