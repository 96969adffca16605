"""Layers of compressed sparse rows: the products of the dense ones, from the weights that are not zero."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nodal.models.build import build_for
from nodal.models.csr import CsrConv2d, CsrLinear, as_csr
from nodal.pruning.cost import cost
from nodal.pruning.shipped import load, save

VGG = {"family": "vgg", "widths": [8, 8], "layers": [1, 1], "hidden": [16]}
CCT = {"family": "cct", "width": 8, "depth": 1, "heads": 2, "mlp_ratio": 2}


def thinned(network: nn.Module, share: float) -> nn.Module:
    """Some of the weights of layers set to zero."""
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim > 1:
                weight[torch.rand_like(weight) < share] = 0
    return network.double().eval()


@settings(max_examples=40)
@given(st.data())
def test_a_sparse_layer_is_the_dense_one(data: st.DataObject) -> None:
    draw, sizes = data.draw, st.integers(1, 3)
    torch.manual_seed(draw(st.integers(0, 99)))
    bias, share = draw(st.booleans()), draw(st.sampled_from([0.1, 0.7, 1.0]))
    if draw(st.booleans()):
        kernel, stride, dilation = (tuple(draw(st.lists(sizes, min_size=2, max_size=2))) for _ in range(3))
        layer: nn.Module = nn.Conv2d(3, 5, kernel, stride, (1, 2), dilation, bias=bias)
        inputs = torch.randn(2, 3, 9, 8, dtype=torch.float64)
    else:
        layer = nn.Linear(6, 5, bias)
        inputs = torch.randn(*draw(st.sampled_from([(2,), (2, 3)])), 6, dtype=torch.float64)
    network = thinned(nn.Sequential(layer), share)
    sparse = as_csr(network)
    with torch.no_grad():
        torch.testing.assert_close(sparse(inputs), network(inputs))
    if bool((layer.weight == 0).any()):
        assert isinstance(sparse[0], CsrLinear | CsrConv2d)
        kept = int(layer.weight.count_nonzero())
        assert sum(each.numel() for each in sparse.parameters()) == kept + (5 if bias else 0)


@pytest.mark.parametrize("model", [VGG, CCT], ids=["vgg", "cct"])
def test_a_sparse_network_as_a_file(tmp_path: Path, model: dict) -> None:
    torch.manual_seed(0)
    network = thinned(build_for(model, 6, 16), 0.8)
    images = torch.randn(3, 3, 16, 16, dtype=torch.float64)
    sparse = as_csr(network)
    path = tmp_path / "sparse.safetensors"
    save(path, sparse, model, 6, 16)
    with torch.no_grad():
        torch.testing.assert_close(load(path)(images), network(images))
    dense, found = cost(network, images), cost(sparse, images)
    assert found["macs"] == found["macs_left"] == dense["macs_left"] < dense["macs"]
    assert found["nonzero"] == dense["nonzero"]
