"""Networks as files: what is loaded gives the same logits, in a process that knows no workflow."""

import copy
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from nodal.architectures.cct import cct
from nodal.files.atomic import DamagedFile
from nodal.files.tensors import read_about, read_tensors, write_tensors
from nodal.models import onnx_file
from nodal.models.build import build_for
from nodal.models.onnx_file import write_onnx
from nodal.pruning.compact import compact
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.masked_weights import Masks, masks_of
from nodal.pruning.shipped import load, save
from tests.models.networks import SMALL, tokens

MODEL = {"family": "cct", "width": 16, "depth": 2, "heads": 4, "mlp_ratio": 2}
ROOT = Path(__file__).parents[2]


def network_and_masks() -> tuple[torch.nn.Module, dict[str, torch.Tensor], torch.Tensor]:
    torch.manual_seed(0)
    network = build_for(MODEL, 8, 8).eval()
    shapes = {name: each.shape for name, each in network.named_parameters()}
    masks = disjoint_masks(cct(MODEL), shapes, 8, 4)
    return network, {name: torch.from_numpy(mask) for name, mask in masks.items()}, torch.randn(3, 3, 8, 8)


def test_masks_survive_a_copy_and_a_file(tmp_path: Path) -> None:
    network, masks, _ = network_and_masks()
    Masks(network.double(), masks).apply()
    save(tmp_path / "network.safetensors", network, MODEL, 8, 8)
    for other in (copy.deepcopy(network), load(tmp_path / "network.safetensors")):
        found = masks_of(other)
        assert found.keys() == masks.keys()
        for name, mask in masks.items():
            assert torch.equal(found[name], mask)
            assert other.get_parameter(name).dtype == torch.float64
            torch.nn.init.ones_(other.get_parameter(name))
        Masks(other, found).apply()
        for name, mask in masks.items():
            assert torch.equal(other.get_parameter(name) != 0, mask)


def test_a_compacted_network_as_a_file_is_a_plain_module_elsewhere(tmp_path: Path) -> None:
    network, masks, images = network_and_masks()
    slim = compact(network, masks, images).network
    path, dense = tmp_path / "slim.safetensors", tmp_path / "dense.safetensors"
    save(path, slim, MODEL, 8, 8)
    save(dense, network, MODEL, 8, 8)
    write_tensors(tmp_path / "images.safetensors", {"images": images})
    program = (
        "import sys, nodal\n"
        "from nodal.files.tensors import read_tensors, write_tensors\n"
        "network = nodal.load(sys.argv[1])\n"
        "logits = network(read_tensors(sys.argv[2])['images']).detach()\n"
        "write_tensors(sys.argv[3], {'logits': logits})\n"
        "loaded = [name for name in sys.modules if name.startswith(('snakemake', 'nodal.workflow'))]\n"
        "assert not loaded and not network.training, loaded\n"
    )
    found = tmp_path / "logits.safetensors"
    files = [str(path), str(tmp_path / "images.safetensors"), str(found)]
    subprocess.run(
        [sys.executable, "-c", program, *files], check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    Masks(network, masks).apply()
    with torch.no_grad():
        torch.testing.assert_close(read_tensors(found)["logits"], network(images), rtol=1e-5, atol=1e-6)
    assert path.stat().st_size < 0.75 * dense.stat().st_size


def test_files_that_are_something_else_are_refused(tmp_path: Path) -> None:
    network, _, _ = network_and_masks()
    path = tmp_path / "network.safetensors"
    write_tensors(path, {"weight": np.zeros(3)})
    with pytest.raises(ValueError, match=r"it is none that nodal\.save wrote"):
        load(path)
    save(path, network, MODEL | {"family": "python"}, 8, 8)
    with pytest.raises(ValueError, match="is made by a Python file: give it as `network`"):
        load(path)
    assert load(path, build_for(MODEL, 8, 8)) is not None
    about = read_about(path)
    about["model"]["family"] = "cct"
    about["modules"]["classifier.fc"]["kind"] = "os.system"
    write_tensors(path, read_tensors(path), about)
    with pytest.raises(DamagedFile, match=r"no layer of the kind 'os\.system'"):
        load(path)


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        (
            {"family": "vgg", "widths": [4, 8], "layers": [1, 2], "hidden": [8]},
            ("features.1.norm", "hidden.0"),
        ),
        ({"family": "resnet", "depth": 8, "width": 4}, ("layer1.0.bn1", "layer3.0.conv1")),
    ],
)
def test_smaller_convolutional_networks_are_rebuilt(
    model: dict[str, Any], layers: tuple[str, ...], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    network, images = build_for(model, 5, 8).eval(), torch.randn(2, 3, 8, 8)
    masks = {
        name: torch.arange(each.shape[1]).expand(each.shape[:2]) % 4 > 0
        for name, each in network.named_parameters() if each.ndim > 1
    }  # fmt: skip
    slim = compact(network, masks, images).network
    save(tmp_path / "slim.safetensors", slim, model, 5, 8)
    loaded = load(tmp_path / "slim.safetensors")
    for layer in layers:
        few, many = (sum(each.numel() for each in one.get_submodule(layer).parameters())
                     for one in (loaded, network))  # fmt: skip
        assert few < many
    with torch.no_grad():
        torch.testing.assert_close(loaded(images), slim(images), rtol=0, atol=0)


def test_a_network_for_texts_is_rebuilt_with_its_vocabulary(tmp_path: Path) -> None:
    model = {"family": "transformers", "name": "bert", "arguments": SMALL}
    network = build_for(model, 5, 6, 50).eval()
    save(tmp_path / "bert.safetensors", network, model, 5, 6, 50)
    loaded = load(tmp_path / "bert.safetensors")
    with torch.no_grad():
        torch.testing.assert_close(loaded(**tokens()).logits, network(**tokens()).logits, rtol=0, atol=0)


def test_the_example_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs; and ONNX gives the logits for any number of inputs, in one file."""
    monkeypatch.chdir(tmp_path)
    settings = {"family": "cct", "width": 16, "depth": 1, "heads": 4}
    torch.manual_seed(0)
    model, images = build_for(settings, 100, 32).eval(), torch.randn(7, 3, 32, 32)
    shapes = {name: each.shape for name, each in model.named_parameters()}
    given = {"model": model, "images": images, "settings": settings,
             "masks": disjoint_masks(cct(settings | {"mlp_ratio": 2}), shapes, 100, 4)}  # fmt: skip
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "shipping.md").read_text(), re.S)
    exec(example, given)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["slim.onnx", "slim.safetensors"]
    session = onnxruntime.InferenceSession("slim.onnx", providers=["CPUExecutionProvider"])
    for count in (1, 3, 7):
        with torch.no_grad():
            expected = given["network"](images[:count]).numpy()
        logits = session.run(None, {"inputs": images[:count].numpy()})[0]
        np.testing.assert_allclose(logits, expected, atol=1e-5)


class Named(torch.nn.Module):
    """Takes its inputs by name."""

    def forward(self, vectors: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        return vectors - 2 * others


def test_onnx_takes_inputs_by_name_and_is_not_kept_where_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sample = tmp_path / "named.onnx", {"others": torch.ones(2, 3), "vectors": torch.randn(2, 3)}
    write_onnx(path, Named(), sample)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {name: value.numpy() for name, value in sample.items()})[0]
    np.testing.assert_allclose(found, sample["vectors"] - 2, rtol=1e-6)
    monkeypatch.setattr(onnx_file, "_ROUNDING", 0)
    with pytest.raises(ValueError, match="onnxruntime differs by"):
        write_onnx(tmp_path / "other.onnx", Named(), sample)
    assert [each.name for each in tmp_path.iterdir()] == ["named.onnx"]
