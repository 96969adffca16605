"""The paper's own network, CCT-7/3x1, trained on CIFAR-100 from weights that some training left.

    python -m reference.cct7 FOLDER START SIZE EPOCHS OUTPUT

trains on the images of FOLDER (as `reference.cifar_folders` writes them) at SIZE x SIZE, on one thread,
and writes half-precision weights. The position embedding of START is interpolated to SIZE. Ended and
started again it goes on after its last finished epoch.
"""

import logging
import sys
from pathlib import Path

import torch

from nodal.augment.preparation import Preparation, preparation
from nodal.data.dataset import Dataset
from nodal.data.folder import read_folder
from nodal.files.tensors import write_tensors
from nodal.models.build import cpu_state
from nodal.models.cct import CCT
from nodal.models.published import load_published
from nodal.training.answers import answers
from nodal.training.pretraining import pretrain

log = logging.getLogger(__name__)

NORMALISE = "image"
# The recipe of the start, at half its rate: warm up again, then down on a half cosine.
RECIPE = {
    "batch": 128,
    "optimizer": "adamw",
    "lr": 6e-4,
    "beta2": 0.99,
    "weight_decay": 6e-2,
    "smoothing": 0.1,
    "clip": 1.0,
    "schedule": {"kind": "cosine", "warmup": 0.5, "start": 0.1, "minimum": 0.02, "cooldown": 0},
    "augment": {"shift": 1, "flip": True, "mixup": 0.0, "cutmix": 0.0},
    "bf16": False,
    "tf32": False,
    "compile": False,
}


def train(folder: Path, start: Path, size: int, epochs: int, output: Path) -> None:
    """Train and write the network.

    Args:
        folder: Holds `train`, `heldout` and `test`, a folder a label in each.
        start: Checkpoint of a CCT-7/3x1 that knows these labels.
        size: Side of the images.
        epochs: Of this training.
        output: File of the weights; beside it lies the state of an unfinished training.
    """
    data = read_folder(folder, size, heldout=0.1, seed=0, superclasses=None, threads=1)
    torch.manual_seed(0)
    network = CCT(image_size=size, labels=len(data.names))
    load_published(network, start)
    prepare = preparation(data.inputs["test"], NORMALISE)
    _say(network, data, prepare)
    # Of this training alone: another start, size or length begins anew.
    state = output.with_name(f"{output.stem}-{start.stem}-{size}-{epochs}.state")
    pretrain(network, data, NORMALISE, {**RECIPE, "epochs": epochs}, seed=0, state=state)
    _say(network, data, prepare)
    halves = {name: value.half() for name, value in cpu_state(network).items()}
    about = {
        "start": start.name,
        "size": size,
        "epochs": epochs,
        "recipe": RECIPE,
        "torch": torch.__version__,
    }
    write_tensors(output, halves, about)
    state.unlink(missing_ok=True)


def _say(network: CCT, data: Dataset, prepare: Preparation) -> None:
    for split, predicted in answers(network.eval(), data, prepare).items():
        share = (predicted == data.labels[split]).float().mean()
        log.info("accuracy on %s: %.4f", split, share)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(f"python -m reference.cct7 FOLDER START SIZE EPOCHS OUTPUT\n\n{__doc__}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.set_num_threads(1)
    folder, start, size, epochs, output = sys.argv[1:]
    train(Path(folder), Path(start), int(size), int(epochs), Path(output))
