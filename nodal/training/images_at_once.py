"""How many images are passed through a network at once, so that memory stays small."""

from itertools import chain

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from nodal.augment.pipeline import Augment

KEPT_BYTES = 1 << 29  # of activations on a CPU; a network, its gradients and its optimiser come on top
CHUNK_PIXELS = 1 << 19  # of the images that are measured at once, at most: 512 of 32x32


def images_at_once(images: Tensor) -> int:
    """How many images [N, 3, H, W] are converted at once."""
    return max(1, CHUNK_PIXELS // (images.shape[2] * images.shape[3]))


def measured_at_once(model: nn.Module, images: Tensor, prepare: Augment) -> int:
    """How many images, uint8 [N, 3, H, W], a frozen forward pass takes at once."""
    part = images_in_part(model, prepare.plain(images[:2]))
    return min(images_at_once(images), part or len(images))


def images_in_part(network: nn.Module, sample: Tensor) -> int | None:
    """How many images of a batch to pass through a network at once; None for the whole batch.

    On a CPU large activations are slow: memory that was freed comes back from the system page by page. The
    gradient of a batch is the mean of those of its parts, except with batch normalisation in training, whose
    statistics are those of whole batches. A GPU needs whole batches to be busy.

    Args:
        network: In the mode in which it is used.
        sample: A few images [B, 3, H, W], prepared for it.
    """
    modules = network.modules() if network.training else ()
    if sample.is_cuda or any(isinstance(each, nn.modules.batchnorm._BatchNorm) for each in modules):
        return None
    return max(1, KEPT_BYTES * len(sample) // max(1, kept_bytes(network, sample)))


def kept_bytes(network: nn.Module, images: Tensor) -> int:
    """Bytes that a pass over images [B, 3, H, W] keeps for its gradients, parameters and buffers aside."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # an operation that kept its own output itself would never be freed

    with (
        torch.random.fork_rng(devices=[]),
        torch.enable_grad(),
        saved_tensors_hooks(note, lambda tensor: tensor),
    ):
        output = network(images)  # lives while we count, so that no memory is counted under another's address
    for tensor in chain(network.parameters(), network.buffers()):
        kept.pop(tensor.untyped_storage().data_ptr(), None)
    del output
    return sum(kept.values())
