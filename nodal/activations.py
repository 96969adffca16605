"""How many images a training pass takes at once, so that what it keeps for the gradients stays small."""

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

KEPT_BYTES = 1 << 30  # of activations on a CPU; a network, its gradients and its optimiser come on top


def trained_at_once(network: nn.Module, images: Tensor) -> int | None:
    """How many images of a batch to compute gradients of at once; None for the whole batch.

    On a CPU large activations are slow: memory that was freed comes back from the system page by page. The
    gradient of a batch is the mean of those of its parts, except with batch normalisation, whose statistics
    are those of whole batches. A GPU needs whole batches to be busy.

    Args:
        network: In the mode in which it is trained.
        images: A few images, prepared for it.
    """
    if images.is_cuda or any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in network.modules()):
        return None
    return max(1, KEPT_BYTES * len(images) // kept_bytes(network, images))


def kept_bytes(network: nn.Module, images: Tensor) -> int:
    """Bytes that a pass over images [B, 3, H, W] keeps for its gradients, parameters aside."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.random.fork_rng(devices=[]), saved_tensors_hooks(note, lambda tensor: tensor):
        output = network(images)  # lives while we count, so that no memory is counted under another's address
    for parameter in network.parameters():
        kept.pop(parameter.untyped_storage().data_ptr(), None)
    del output
    return sum(kept.values())
