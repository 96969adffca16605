"""The switches of precision and compiling: what `auto` means, what is restored, what is refused."""

import pytest
import torch

from nodal.data.dataset import Dataset
from nodal.training.device import compiles, float32, is_on, mixed_precision
from nodal.training.pretraining import pretrain
from tests.conftest import RECIPE, small_cct

CPU, GPU = torch.device("cpu"), torch.device("cuda")


def precision() -> tuple[str, bool]:
    return torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32


def test_auto_is_on_where_there_is_a_gpu() -> None:
    assert [is_on("auto", device) for device in (CPU, GPU)] == [False, True]
    assert [is_on(switch, CPU) for switch in (True, False)] == [True, False]
    assert not is_on(False, GPU)


@pytest.mark.parametrize(("tf32", "expected"), [(True, ("high", True)), (False, ("highest", False))])
def test_float32_is_as_before_afterwards_also_after_an_error(tf32: bool, expected: tuple[str, bool]) -> None:
    before = precision()
    seen = []

    @float32(tf32=tf32)
    def failing() -> None:
        seen.append(precision())
        raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert seen == [expected]
    assert precision() == before


def test_bf16_is_what_products_are_computed_in() -> None:
    for switch, expected in ((True, torch.bfloat16), (False, torch.float32), ("auto", torch.float32)):
        with mixed_precision(switch, CPU):
            assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == expected


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not compiles("auto", GPU)
    with pytest.raises(ValueError, match="compile: there is no C compiler"):
        compiles(True, CPU)


def trained(data: Dataset, **changes: object) -> dict[str, torch.Tensor]:
    network = small_cct()
    pretrain(network, data, "image", RECIPE | {"epochs": 1} | changes, seed=0)
    return network.state_dict()


def test_a_bf16_training_is_a_training(data: Dataset) -> None:
    exact, rounded = trained(data), trained(data, bf16=True)
    assert any(not torch.equal(exact[name], rounded[name]) for name in exact)
    for name, value in rounded.items():
        assert value.dtype == torch.float32  # the weights stay exact, only products are rounded
        torch.testing.assert_close(value, exact[name], rtol=0.1, atol=0.02)


@pytest.mark.skipif(not compiles("auto", GPU), reason="there is no C compiler")
def test_a_compiled_training_is_the_same_training(data: Dataset) -> None:
    # Without dropout, whose draws differ; with SGD, as AdamW magnifies the rounding of vanishing gradients.
    recipe = RECIPE | {"epochs": 1, "optimizer": "sgd", "lr": 0.1}
    states = []
    for switch in (False, True):
        network = small_cct(attention_dropout=0.0, stochastic_depth=0.0)
        pretrain(network, data, "image", recipe | {"compile": switch}, seed=0)
        states.append(network.state_dict())
    torch.testing.assert_close(*states, rtol=1e-3, atol=1e-4)
