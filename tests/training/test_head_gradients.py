"""Gradient factors of attention heads against their definition, input by input."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nodal.architectures.attention_heads import HeadWeights, head_weights
from nodal.architectures.cct import cct
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.training import pretraining
from nodal.training.head_gradients import HeadGradients
from nodal.training.pretraining import pretrain
from tests.conftest import LABELS, RECIPE, small_cct

WEIGHTS = head_weights(cct({"depth": 2, "heads": 4}))
NO_CLIP = RECIPE | {"clip": 0.0, "epochs": 2}


def some_factors() -> Tensor:
    return torch.rand(LABELS, 4, generator=torch.Generator().manual_seed(1)) * 3


def gradients(network: CCT, images: Tensor, targets: Tensor, share: float = 1.0) -> dict[str, Tensor]:
    """Of the mean loss, times a share."""
    network.zero_grad()
    (share * cross_entropy(network(images), targets)).backward()
    return {name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}


def literal(network: CCT, images: Tensor, targets: Tensor, factors: Tensor) -> dict[str, Tensor]:
    """The gradients of every input alone, those of each head's weights times its factor, added up."""
    total: dict[str, Tensor] = {}
    for image, target in zip(images, targets, strict=True):
        label = int(target.argmax())
        for name, gradient in gradients(network, image[None], target[None], 1 / len(images)).items():
            for head in range(4):
                nodes = slice(head * 4, (head + 1) * 4)
                if name.endswith("self_attn.qkv.weight"):
                    for part in range(3):
                        gradient[16 * part : 16 * (part + 1)][nodes] *= factors[label, head]
                elif name.endswith("self_attn.proj.weight"):
                    gradient[:, nodes] *= factors[label, head]
            total[name] = total.get(name, 0) + gradient
    return total


def test_they_are_multiplied_input_by_input() -> None:
    network = small_cct(attention_dropout=0.0, stochastic_depth=0.0).double().train()
    images = torch.rand(7, 3, 12, 12, generator=torch.Generator().manual_seed(2)).double()
    targets = torch.rand(7, LABELS, generator=torch.Generator().manual_seed(3)).double()
    targets /= targets.sum(1, keepdim=True)
    factors = some_factors().double()
    expected, plain = literal(network, images, targets, factors), gradients(network, images, targets)
    head = HeadGradients(factors)
    with head.of(network, WEIGHTS):
        head(targets)
        found = gradients(network, images, targets)
    changed = {f"{name}.weight" for name in WEIGHTS}
    assert found.keys() == plain.keys() == expected.keys()
    assert changed < found.keys()
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, expected[name], rtol=1e-10, atol=1e-14)
        assert torch.equal(gradient, plain[name]) == (name not in changed)
    # Closed, it is plain training again.
    again = gradients(network, images, targets)
    assert all(torch.equal(again[name], plain[name]) for name in plain)


def trained(data: Dataset, factors: Tensor | None, **recipe: Any) -> dict[str, Tensor]:
    network = small_cct()
    head = HeadGradients(torch.ones(LABELS, 4) if factors is None else factors)
    if factors is None:
        pretrain(network, data, "image", NO_CLIP | recipe, seed=0)
    else:
        with head.of(network, WEIGHTS):
            pretrain(network, data, "image", NO_CLIP | recipe, seed=0, before_pass=head)
    return network.state_dict()


@pytest.mark.parametrize("mixup", [0.0, 0.8])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_a_factor_of_one_is_plain_training_bit_for_bit(data: Dataset, optimizer: str, mixup: float) -> None:
    augment = RECIPE["augment"] | {"mixup": mixup}
    plain = trained(data, None, optimizer=optimizer, augment=augment)
    neutral = trained(data, torch.ones(LABELS, 4), optimizer=optimizer, augment=augment)
    assert all(torch.equal(plain[name], neutral[name]) for name in plain)
    other = trained(data, some_factors(), optimizer=optimizer, augment=augment)
    assert not torch.equal(plain["classifier.fc.weight"], other["classifier.fc.weight"])


def test_parts_of_a_batch_know_their_labels(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    still = {"epochs": 1, "optimizer": "sgd", "batch": 60, "augment": RECIPE["augment"] | {"shift": 0}}
    network = {"attention_dropout": 0.0, "stochastic_depth": 0.0}
    found = []
    for at_once in (None, 7):
        monkeypatch.setattr(pretraining, "inputs_in_part", lambda *_, count=at_once: count)
        model, head = small_cct(**network), HeadGradients(some_factors())
        with head.of(model, WEIGHTS):
            pretrain(model, data, "image", NO_CLIP | still, seed=0, before_pass=head)
        found.append(model.state_dict())
    for name, whole in found[0].items():
        torch.testing.assert_close(found[1][name], whole, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("side", ["rows", "columns"])
def test_layers_of_their_own(side: str) -> None:
    """As where Q, K and V are a layer each, with biases, which stay as they are."""
    torch.manual_seed(0)
    layer, factors = nn.Linear(6, 6).double(), torch.rand(3, 2).double()
    tokens, labels = torch.rand(4, 5, 6).double(), torch.tensor([0, 2, 1, 2])
    expected = torch.zeros(6, 6).double()
    for one, label in zip(tokens, labels, strict=True):
        layer.zero_grad()
        layer(one[None]).square().sum().backward()
        scale = factors[label].repeat_interleave(3)
        expected += layer.weight.grad * (scale[:, None] if side == "rows" else scale)
    layer.zero_grad()
    layer(tokens).square().sum().backward()
    bias = layer.bias.grad.clone()
    layer.zero_grad()
    head = HeadGradients(factors)
    with head.of(layer, {"": HeadWeights(side, 2)}):  # type: ignore[arg-type]
        head(nn.functional.one_hot(labels, 3))
        layer(tokens).square().sum().backward()
    torch.testing.assert_close(layer.weight.grad, expected)
    assert torch.equal(layer.bias.grad, bias)


@pytest.mark.parametrize(
    ("name", "own", "said"),
    [
        ("classifier.fc", HeadWeights("rows", 2), "classifier.fc: has 2 heads, and factors are of 4"),
        ("classifier.norm", HeadWeights("rows", 4), "classifier.norm: is LayerNorm where a fully"),
    ],
)
def test_what_has_no_heads(name: str, own: HeadWeights, said: str) -> None:
    with pytest.raises(ValueError, match=said), HeadGradients(some_factors()).of(small_cct(), {name: own}):
        pass
