"""Networks of other libraries and of a user's file: built for the labels, nothing fetched, or refused."""

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nodal.models.foreign import build_foreign

LABELS = 5
BERT = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 32}
BERT |= {"vocab_size": 50}


def settings(family: str, name: str, **arguments: Any) -> dict[str, Any]:
    return {"family": family, "name": name, "arguments": arguments}


def refused(given: dict[str, Any]) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        build_foreign(given, LABELS)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "last"),
    [
        (settings("torchvision", "resnet18"), "fc"),
        (settings("timm", "vit_tiny_patch16_224", img_size=32, patch_size=8, depth=2), "head"),
        (settings("transformers", "bert", **BERT), "classifier"),
        (settings("transformers", "vit", image_size=32, patch_size=8, **BERT), "classifier"),
    ],
    ids=["torchvision", "timm", "texts", "images"],
)
def test_each_library_builds_for_the_labels(given: dict[str, Any], last: str) -> None:
    if given["name"] == "vit":
        given["arguments"].pop("vocab_size")
    layer = build_foreign(given, LABELS).get_submodule(last)
    assert isinstance(layer, nn.Linear)
    assert layer.out_features == LABELS


def test_the_arguments_arrive() -> None:
    narrow = build_foreign(settings("torchvision", "resnet18", width_per_group=64), LABELS)
    assert sum(p.numel() for p in narrow.parameters()) == 11_179_077
    assert len(build_foreign(settings("timm", "vit_tiny_patch16_224", depth=3), LABELS).blocks) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (settings("keras", "x"), "family: 'keras' where one of torchvision, timm, transformers, python"),
        (settings("torchvision", "resnet81"), "torchvision has no 'resnet81'; there is resnet18"),
        (settings("timm", "resnet1"), "timm has no 'resnet1'; there is "),
        (settings("timm", "hf-hub:some/model"), "timm has no 'hf-hub:some/model'"),
        (settings("transformers", "brt"), "transformers has no 'brt'; there is bert"),
        (settings("transformers", "whisper"), "transformers' whisper classifies neither images nor texts"),
        (settings("torchvision", "resnet18", depht=1), "unexpected keyword argument 'depht' (TypeError)"),
        (settings("timm", "resnet18", depht=1), "unexpected keyword argument 'depht' (TypeError)"),
        (
            settings("transformers", "bert", hiden_size=1),
            "takes no argument 'hiden_size'; there is hidden_size",
        ),
        (settings("transformers", "bert", **BERT | {"hidden_size": 15}), "bert cannot be built: "),
    ],
)
def test_what_does_not_exist_or_fit_is_named(given: dict[str, Any], said: str) -> None:
    assert said in refused(given)


@pytest.mark.parametrize(
    "given",
    [
        settings("torchvision", "resnet18", weights="DEFAULT"),
        settings("timm", "resnet18", pretrained=True),
        settings("timm", "resnet18", checkpoint_path="x.pth"),
        settings("timm", "resnet18", num_classes=3),
    ],
)
def test_weights_and_labels_are_not_the_arguments_to_give(given: dict[str, Any]) -> None:
    name = next(iter(given["arguments"]))
    assert f"{name!r} is set by nodal and cannot be given" in refused(given)


def test_a_constructor_cannot_reach_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is while a network is built, and only then."""
    import timm
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    seen = []

    def create(*_: Any, **__: Any) -> nn.Module:
        seen.append(constants.HF_HUB_OFFLINE)
        return nn.Identity()

    monkeypatch.setattr(timm, "create_model", create)
    build_foreign(settings("timm", "resnet18"), LABELS)
    assert seen == [True]
    assert constants.HF_HUB_OFFLINE is False


@pytest.mark.parametrize("package", ["timm", "transformers"])
def test_a_missing_package_says_how_to_get_it(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert refused(settings(package, "resnet18")).endswith("pip install nodal[families]")


SOURCE = """
from __future__ import annotations
from dataclasses import dataclass
from torch import nn
from beside_it import WIDTH

@dataclass
class Sizes:
    width: int = WIDTH

def make(labels, depth=1):
    import later_on
    return nn.Sequential(*[nn.Linear(WIDTH, WIDTH) for _ in range(depth)], nn.Linear(WIDTH, labels))

def nothing(labels):
    return None
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "beside_it.py").write_text("WIDTH = 7")
    (tmp_path / "later_on.py").write_text("")
    (tmp_path / "my.py").write_text(SOURCE)
    return tmp_path / "my.py"


def python(file: Path, function: str = "make", **arguments: Any) -> dict[str, Any]:
    return {"family": "python", "file": str(file), "function": function, "arguments": arguments}


def test_a_users_function_with_what_lies_beside_it(file: Path) -> None:
    searched = list(sys.path)
    network = build_foreign(python(file, depth=3), LABELS)
    assert network(torch.zeros(2, 7)).shape == (2, LABELS)
    assert len(network) == 4
    assert sys.path == searched


def test_a_users_file_that_fails_is_named(file: Path) -> None:
    broken = file.with_name("broken.py")
    broken.write_text("import torch\n1 / 0")
    assert refused(python(file.with_name("none.py"))).endswith("none.py is no Python file")
    assert f"{broken} cannot be imported: division by zero (ZeroDivisionError)" in refused(python(broken))
    assert f"{file} has no function 'mak'" in refused(python(file, "mak"))
    assert "nothing gives NoneType, not a network" in refused(python(file, "nothing"))
    assert "unexpected keyword argument 'width' (TypeError)" in refused(python(file, width=1))
