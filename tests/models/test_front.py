"""The shared front of altered copies against passing each of them whole."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from nodal.models import front as room
from nodal.models.features import forward, logits
from nodal.models.foreign import build_foreign
from nodal.models.front import Front

BERT = {
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "vocab_size": 9,
}


class Dense(nn.Module):
    """Blocks in a row, the last of which reads all before it, changes them in place, and one runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(4, 4)) for _ in range(3))

    def forward(self, inputs: Tensor) -> Tensor:
        first = self.blocks[0](self.blocks[0](inputs))
        second = self.blocks[1](first.relu_())
        return self.blocks[2](first.mul_(2) + second.relu_())  # type: ignore[no-any-return]


def _passed(model: nn.Module, inputs: Tensor, front: Front | None) -> Tensor:
    prepared = {"input_ids": inputs} if inputs.dtype == torch.int64 else inputs
    with torch.no_grad():
        if front is None:
            return logits(forward(model.eval(), prepared))
        with front.standing_in(model.eval(), inputs):
            return logits(forward(model, prepared))


def _resnet() -> nn.Module:
    return build_foreign({"family": "torchvision", "name": "resnet18"}, 5)


def _bert() -> nn.Module:
    return build_foreign({"family": "transformers", "name": "bert", "arguments": BERT}, 5)


@pytest.mark.parametrize(
    ("build", "blocks", "inputs"),
    [
        (Dense, ["blocks.0", "blocks.1"], torch.randn(6, 4)),
        (_resnet, ["layer1.0", "layer1.1", "layer2.0"], torch.randn(4, 3, 32, 32)),
        (_bert, ["bert.encoder.layer.0", "bert.encoder.layer.1"], torch.randint(9, (4, 7))),
    ],
)
def test_altered_copies_answer_to_the_bit_and_their_front_runs_once(
    build: Callable[[], nn.Module], blocks: list[str], inputs: Tensor
) -> None:
    torch.manual_seed(0)
    network, front, runs = build(), Front(blocks), []
    for module in map(network.get_submodule, blocks):
        list(module.modules())[-1].register_forward_hook(lambda *_: runs.append(1))
    once = 3 if build is Dense else len(blocks)
    for number in range(3):
        for chunk in inputs.split(2):
            altered = copy.deepcopy(network)
            with torch.no_grad():
                list(altered.parameters())[-1].add_(number)
            runs.clear()
            expected = _passed(copy.deepcopy(altered), chunk, None)
            assert len(runs) == once
            torch.testing.assert_close(_passed(altered, chunk, front), expected, rtol=0, atol=0)
            assert len(runs) == (once if number else 2 * once)
            torch.testing.assert_close(
                _passed(altered, chunk, None), expected, rtol=0, atol=0
            )  # left as it was


def test_without_room_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network, inputs = Dense(), torch.randn(6, 4)
    monkeypatch.setattr(room, "FRONT_BYTES", 3 * 2 * 4 * 4)  # of one chunk of two: first (twice), second
    front, runs = Front(["blocks.0", "blocks.1"]), []
    network.blocks[1][0].register_forward_hook(lambda *_: runs.append(1))
    for expected in (3, 2):  # the second time one chunk is spared
        runs.clear()
        for chunk in inputs.split(2):
            found = _passed(network, chunk, front)
            ran = len(runs)
            torch.testing.assert_close(found, _passed(network, chunk, None), rtol=0, atol=0)
            del runs[ran:]
        assert len(runs) == expected
