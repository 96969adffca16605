"""A data set four times as large as the memory that is left to the process is trained on from its file."""

import json
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from nodal.data.dataset import Dataset
from nodal.training.pretraining import pretrain
from tests.conftest import RECIPE

SIDE, LABELS, LEFT = 128, 4, 64  # of memory, in MiB
NETWORK = nn.Sequential(nn.AvgPool2d(32), nn.Flatten(), nn.Linear(3 * 16, LABELS))

CHILD = f"""
import json, re, resource, sys
import torch
from tests.training.test_beyond_memory import trained, NETWORK
from nodal.data.dataset import Dataset
data = Dataset.load(sys.argv[1], ["train"])
inputs, labels = data.inputs["train"][:32].clone(), data.labels["train"][:32]
trained(Dataset({{"train": inputs}}, {{"train": labels}}, data.names))  # imports what training imports
held = int(re.search(r"VmData:\\s+(\\d+)", open("/proc/self/status").read())[1]) << 10
resource.setrlimit(resource.RLIMIT_DATA, (held + ({LEFT} << 20),) * 2)
try:
    data.inputs["train"].clone()
    fits = True
except (MemoryError, RuntimeError):
    fits = False
print(json.dumps([fits, trained(data)]))
"""


def trained(data: Dataset) -> list[float]:
    """The loss of an epoch, and the weights it leaves."""
    torch.manual_seed(0)
    NETWORK[2].reset_parameters()
    (record,) = pretrain(NETWORK, data, "image", RECIPE | {"epochs": 1, "batch": 16}, seed=0)
    return [record["loss"], *NETWORK[2].weight.flatten().tolist()]


def test_training_needs_no_room_for_the_data(tmp_path: Path) -> None:
    count = 4 * (LEFT << 20) // (3 * SIDE * SIDE)
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 3, SIDE, SIDE), dtype=torch.uint8, generator=generator)
    few, labels = images[:LABELS], torch.arange(count) % LABELS
    data = Dataset(
        {"train": images, "heldout": few, "test": few},
        {"train": labels, "heldout": labels[:LABELS], "test": labels[:LABELS]},
        tuple("abcd"),
    )
    data.save(tmp_path / "data.safetensors")
    command = [sys.executable, "-c", CHILD, str(tmp_path / "data.safetensors")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    fits, found = json.loads(done.stdout)
    assert not fits
    assert found == trained(data)
