"""Fully connected layers as convolutions: the same outputs and gradients as `nn.Linear`."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

from nodal.models import linear as module
from nodal.models.linear import Linear, as_convolution

SIZE = st.integers(1, 12)


def with_gradients(output: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
    upstream = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).reshape(output.shape)
    return output, *torch.autograd.grad(output, inputs, upstream)


@given(images=SIZE, tokens=SIZE, into=SIZE, out=SIZE, bias=st.booleans())
def test_a_convolution_is_the_same_product(images: int, tokens: int, into: int, out: int, bias: bool) -> None:
    torch.manual_seed(0)
    x, weight = (torch.randn(*shape).requires_grad_() for shape in ((images, tokens, into), (out, into)))
    added = torch.randn(out).requires_grad_() if bias else None
    inputs = [x, weight] if added is None else [x, weight, added]
    ours = with_gradients(as_convolution(x, weight, added), *inputs)
    torch.testing.assert_close(ours, with_gradients(linear(x, weight, added), *inputs), rtol=1e-4, atol=2e-4)


def test_no_order_of_the_numbers_in_memory_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(x: torch.Tensor, *rest: object, **named: object) -> torch.Tensor:
        seen.append(x)
        return conv2d(x, *rest, **named)

    monkeypatch.setattr(module, "conv2d", watched)
    for images in (3, 16):
        tokens = torch.randn(images, 5, 4)
        assert as_convolution(tokens, torch.randn(6, 4), None).is_contiguous()
        assert seen[-1].data_ptr() == tokens.data_ptr()
        assert seen[-1].is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("intel", [False, True])
@pytest.mark.parametrize("avx512", [False, True])
@pytest.mark.parametrize("smallest", [0, 3 * 5 * 4 * 6, 3 * 5 * 4 * 6 + 1])
def test_only_large_products_are_convolutions_and_none_on_intel(
    intel: bool, avx512: bool, smallest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(module, "_INTEL", intel)
    monkeypatch.setattr(module, "_AVX512", avx512)
    monkeypatch.setattr(module, "_SMALLEST", smallest)
    monkeypatch.setattr(
        module, "as_convolution", lambda *arguments: calls.append(1) or as_convolution(*arguments)
    )
    torch.manual_seed(0)
    layer, tokens = Linear(4, 6), torch.randn(3, 5, 4)
    torch.testing.assert_close(layer(tokens), nn.Linear.forward(layer, tokens))
    assert len(calls) == (avx512 and not intel and smallest <= 3 * 5 * 4 * 6)
