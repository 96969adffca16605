"""Muon beside AdamW: each parameter is stepped as by the one of torch's two that it belongs to."""

import torch
from torch import Tensor, nn

from nodal.training.optimizer import muon_groups, new_optimizer, parameter_groups
from tests.conftest import RECIPE, small_cct

OWN = RECIPE | {"optimizer": "muon", "lr": 0.01}


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 2),
        nn.Flatten(),
        nn.Linear(4, 6),
        nn.GELU(),
        nn.Linear(6, 5),
        nn.GELU(),
        nn.Linear(5, 3),
    )


def steps(model: nn.Module, *optimizers: torch.optim.Optimizer) -> list[Tensor]:
    """The parameters after three steps on made-up images, at a rate that falls."""
    torch.manual_seed(1)
    for step in range(3):
        model.zero_grad()
        model(torch.randn(8, 3, 2, 2)).square().sum().backward()
        for each in optimizers:
            for group in each.param_groups:
                group["lr"] = 0.01 / (1 + step)
            each.step()
    return [each.detach() for each in model.parameters()]


def test_each_steps_its_own() -> None:
    together, apart = network(), network()
    names = ["0.weight", "2.weight", "4.weight"]  # of the kernel is no matrix: AdamW's
    one = new_optimizer(muon_groups(together, names, 0.01, 0.1), OWN)
    matrices = [apart[2].weight, apart[4].weight]
    others = [
        {"params": [apart[0].weight, apart[6].weight], "weight_decay": 0.1},
        {"params": [layer.bias for layer in apart if hasattr(layer, "bias")], "weight_decay": 0.0},
    ]
    muon = torch.optim.Muon(matrices, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    adamw = torch.optim.AdamW(others, betas=(0.9, OWN["beta2"]), fused=True)
    found, expected = steps(together, one), steps(apart, muon, adamw)
    assert all(torch.equal(*pair) for pair in zip(found, expected, strict=True))
    began = list(network().parameters())
    assert not any(torch.equal(*pair) for pair in zip(found, began, strict=True))


def test_muon_takes_the_matrices_that_are_named() -> None:
    model = small_cct()
    names = [name for name, each in model.named_parameters() if "linear" in name and each.ndim == 2]
    *others, muon = muon_groups(model, names, 0.01, 0.1)
    wanted = [model.get_parameter(name) for name in names]
    assert muon["muon"]
    assert muon["weight_decay"] == 0.1
    assert len(muon["params"]) == len(wanted) > 0
    assert all(one is other for one, other in zip(muon["params"], wanted, strict=True))
    held = [each for group in (*others, muon) for each in group["params"]]
    plain = [each for group in parameter_groups(model, 0.01, 0.1) for each in group["params"]]
    assert {id(each) for each in held} == {id(each) for each in plain}
    assert len(held) == len(plain)
    assert not any(group.get("muon") for group in others)
