"""The side state of a training in progress: written atomically, checked when read, never trusted blindly.

Snakemake deletes declared outputs before a job starts, so what a killed job needs to go on lies in
an undeclared folder. One file holds tensors (safetensors) and ends in the SHA-256 of what precedes.
"""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from nodal.files.atomic import replacing

log = logging.getLogger(__name__)
_HASH = hashlib.sha256().digest_size


def save_state(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    progress: dict[str, Any],
) -> None:
    """Write all that decides how a training goes on: weights, optimiser, random numbers, progress."""
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {
            f"optimizer/{index}/{name}": value for name, value in state.items() if isinstance(value, Tensor)
        }
    tensors |= {"random/own": generator.get_state(), "random/cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors["random/cuda"] = torch.cuda.get_rng_state()
    # Cloned, as safetensors refuses tensors that share memory.
    payload = safetensors.torch.save(
        {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()},
        metadata={"progress": json.dumps(progress)},
    )
    # Another process that trains the same (its node was given up, but lives) removes the folder when it ends.
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(payload + hashlib.sha256(payload).digest())


def load_state(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, generator: torch.Generator
) -> dict[str, Any] | None:
    """Bring a training back to where `save_state` left it.

    Returns:
        The progress, or None where there is no state, or a damaged one (which is said in the log).
    """
    if not path.exists():
        return None
    blob = path.read_bytes()
    payload, digest = blob[:-_HASH], blob[-_HASH:]
    if hashlib.sha256(payload).digest() != digest:
        log.warning("%s is damaged: the training starts from the beginning", path)
        return None
    tensors = safetensors.torch.load(payload)
    header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
    progress: dict[str, Any] = json.loads(header["__metadata__"]["progress"])

    model.load_state_dict(_under("model/", tensors))
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in _under("optimizer/", tensors).items():
        index, key = name.split("/")
        state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    generator.set_state(tensors["random/own"])
    torch.set_rng_state(tensors["random/cpu"])
    if "random/cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random/cuda"])
    log.info("going on from %s: %d epochs are done", path, len(progress["history"]))
    return progress


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
