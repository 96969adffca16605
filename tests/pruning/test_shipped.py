"""Networks as files: what is loaded gives the same logits, in a process that knows no workflow."""

import copy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from nodal.architectures.cct import cct
from nodal.files.atomic import DamagedFile
from nodal.files.tensors import read_about, read_tensors, write_tensors
from nodal.models.build import build_for
from nodal.models.onnx_file import write_onnx
from nodal.pruning.compact import compact
from nodal.pruning.disjoint import disjoint_masks
from nodal.pruning.masked_weights import Masks, masks_of
from nodal.pruning.shipped import load, save

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
    Masks(network, masks).apply()
    save(tmp_path / "network.safetensors", network, MODEL, 8, 8)
    for other in (copy.deepcopy(network), load(tmp_path / "network.safetensors")):
        found = masks_of(other)
        assert found.keys() == masks.keys()
        for name, mask in masks.items():
            assert torch.equal(found[name], mask)
            torch.nn.init.ones_(other.get_parameter(name))
        Masks(other, found).apply()
        for name, mask in masks.items():
            assert torch.equal(other.get_parameter(name) != 0, mask)


def test_a_compacted_network_as_a_file_is_a_plain_module_elsewhere(tmp_path: Path) -> None:
    network, masks, images = network_and_masks()
    slim = compact(network, masks, images).network
    path = tmp_path / "slim.safetensors"
    save(path, slim, MODEL, 8, 8)
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
    assert path.stat().st_size < 0.75 * 4 * sum(each.numel() for each in network.parameters())


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


def test_onnx_gives_the_logits_for_any_number_of_inputs(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    network, masks, images = network_and_masks()
    slim = compact(network, masks, images).network
    path = tmp_path / "slim.onnx"
    write_onnx(path, slim, images)
    assert [each.name for each in tmp_path.iterdir()] == ["slim.onnx"]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for count in (1, 3, 7):
        some = images.repeat(3, 1, 1, 1)[:count]
        with torch.no_grad():
            expected = slim(some).numpy()
        np.testing.assert_allclose(session.run(None, {"inputs": some.numpy()})[0], expected, atol=1e-5)
