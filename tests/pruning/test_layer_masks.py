"""Masks of a layer behind a flattening: those of kernels, laid side by side."""

import numpy as np
import pytest

from nodal.architectures.architecture import Layer
from nodal.files.evidence import Evidence
from nodal.pruning.layer_masks import MASKS, layer_masks
from nodal.snp.matrix import Snp

OUT, NODES, POSITIONS, LABELS = 6, 5, 4, 7
LAYERS = {"w": Layer("filters", "hidden", 2, "linear")}
THRESHOLDS = {"filters": 0.4, "hidden": 0.4}


def evidence(taylor: np.ndarray) -> Evidence:
    rng = np.random.default_rng(0)
    snp = {tap: Snp(rng.normal(1, 1, (n, LABELS)), rng.normal(size=(n, LABELS)))
           for tap, n in (("filters", NODES), ("hidden", OUT))}  # fmt: skip
    return Evidence(snp, {"filters": rng.random(NODES).astype(np.float32)}, {"w": taylor})


@pytest.mark.parametrize("name", MASKS)
def test_a_filters_positions_stay_or_go_together(name: str) -> None:
    rng = np.random.default_rng(1)
    kernels = rng.normal(size=(OUT, NODES, POSITIONS)).astype(np.float32)
    scores = rng.random((OUT, NODES, POSITIONS)).astype(np.float32)
    # The same numbers, as a convolution has them and as a layer behind a flattening has them.
    of_kernels = layer_masks(
        LAYERS, {"w": kernels}, evidence(scores.sum(2)), THRESHOLDS, np.random.default_rng(2)
    )[name]["w"]
    flat = layer_masks(
        LAYERS, {"w": kernels.reshape(OUT, -1)}, evidence(scores.reshape(OUT, -1)), THRESHOLDS,
        np.random.default_rng(2),
    )[name]["w"]  # fmt: skip
    assert of_kernels.shape == (OUT, NODES)
    assert flat.shape == (OUT, NODES * POSITIONS)
    for out in range(OUT):
        for node in range(NODES):
            own = flat[out, node * POSITIONS : (node + 1) * POSITIONS]
            assert own.tolist() == [of_kernels[out, node]] * POSITIONS
    if name not in ("zeroed", "unpruned"):
        assert 0 < of_kernels.sum() < of_kernels.size
