"""Masks with and without the skip, of the sets that they name and as dense as they say."""

import numpy as np
import pytest

from nodal.architectures.architecture import Layer
from nodal.pruning.andc import andc_mask
from nodal.pruning.layer_masks import label_sets
from nodal.pruning.skip_masks import MASKS, mask_of_density, skip_masks
from nodal.snp.matrix import Snp

RNG = np.random.default_rng(0)
SNP = {tap: Snp(RNG.normal(size=(12, 8)), RNG.normal(size=(12, 8))) for tap in ("in", "out", "alone")}
LAYERS = {"w": Layer("in", "out", 1, "projection")}


def test_masks_are_of_the_sets_that_they_name() -> None:
    thresholds = {"in": 0.4, "out": 0.6}
    found = skip_masks(LAYERS, {"out": "alone"}, SNP, thresholds, np.random.default_rng(1))
    assert tuple(found) == MASKS
    masks = {name: of_layers["w"] for name, of_layers in found.items()}
    into = label_sets(SNP["in"], 0.4)
    np.testing.assert_array_equal(masks["with"], andc_mask(label_sets(SNP["out"], 0.6), into))
    np.testing.assert_array_equal(masks["without"], andc_mask(label_sets(SNP["alone"], 0.6), into))
    assert masks["with"].sum() != masks["without"].sum()
    assert masks["random"].sum() == masks["with"].sum()
    assert not masks["zeroed"].any()
    assert masks["unpruned"].all()


@pytest.mark.parametrize("kept", [0, 20, 60, 144])
def test_the_density_is_the_nearest_of_all_thresholds(kept: int) -> None:
    snp, into = SNP["alone"], label_sets(SNP["in"], 0.4)
    found = mask_of_density(snp, into, kept)
    steps = np.unique((snp.diagonal / snp.scale[:, None])[snp.diagonal > 0])
    every = [andc_mask(label_sets(snp, float(cut)), into) for cut in (1e-6, *steps[steps < 1])]
    assert abs(int(found.sum()) - kept) == min(abs(int(mask.sum()) - kept) for mask in [*every, 0 * every[0]])
    assert any((found == mask).all() for mask in every) or not found.any()
