"""Taps on the networks of other libraries, against their forward code written out by hand."""

from collections.abc import Callable

import pytest
import torch

from nodal.architectures.architecture import Tap
from nodal.models.features import check_taps, collect
from tests.models.literal_networks import (
    Network,
    bert,
    convnext,
    foreign,
    resnet,
    swin,
    timm_vit,
    vgg,
    vit,
)  # fmt: skip
from tests.models.test_features import hooks


@torch.no_grad()
@pytest.mark.parametrize("build", [resnet, vgg, vit, swin, timm_vit, convnext, bert, foreign])
def test_taps_read_what_the_literal_forward_code_computes(build: Callable[[], Network]) -> None:
    torch.manual_seed(0)
    model, inputs, literal = build()
    for parameter in model.parameters():  # biases, layer scales and readouts that begin as 0 hide nothing
        parameter += 0.02 * torch.randn_like(parameter)
    model.eval()
    steps = list(literal(model, inputs))
    taps = {str(number): tap for number, (tap, _) in enumerate(steps)}
    model.train()
    check_taps(model, inputs, taps)
    found = collect(model, inputs, taps)
    for name, (_, expected) in zip(taps, steps, strict=True):
        torch.testing.assert_close(found[name], expected, rtol=1e-4, atol=1e-5)
        alone = collect(model, inputs, {name: taps[name]})[name]
        torch.testing.assert_close(alone, found[name], rtol=0, atol=0)
    assert all(module.training for module in model.modules())
    assert hooks(model) == 0


@pytest.mark.parametrize(
    ("build", "module", "around"),
    [
        (vit, "encoder.layers.encoder_layer_0.self_attention.out_proj", "MultiheadAttention"),
        (foreign, "encoder.layers.1.self_attn.out_proj", "MultiheadAttention"),
        (swin, "features.1.0.attn.qkv", "ShiftedWindowAttention"),
    ],
)
def test_what_attention_computes_inside_one_call_is_refused(
    build: Callable[[], Network], module: str, around: str
) -> None:
    model, inputs, _ = build()
    outer = module.rpartition(".")[0]
    message = (
        f"^tap x: the model does not run its module '{module}': choose another; '{outer}' \\({around}\\)"
    )
    for read in (check_taps, collect):
        with pytest.raises(ValueError, match=message) as caught:
            read(model, inputs, {"x": Tap(module, "output")})
        assert "\n" not in str(caught.value)


def test_an_activation_that_a_block_uses_twice_is_refused() -> None:
    model, inputs, _ = resnet()
    with pytest.raises(ValueError, match=r"^tap x: its module 'layer1.0.relu' runs 2 times in one pass: "):
        check_taps(model, inputs, {"x": Tap("layer1.0.relu", "output", "channels")})
