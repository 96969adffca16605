"""How many inputs are passed through a network at once, so that memory stays small."""

from itertools import chain

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from nodal.augment.preparation import Preparation, Prepared, length
from nodal.models.features import forward

KEPT_BYTES = 1 << 29  # of activations on a CPU; a network, its gradients and its optimiser come on top
CHUNK_VALUES = 3 << 19  # of the inputs that are measured at once, at most: 512 images of 32x32


def inputs_at_once(inputs: Tensor) -> int:
    """How many inputs [N, ...] are converted at once."""
    return max(1, CHUNK_VALUES // max(1, inputs[0].numel()))


def measured_at_once(model: nn.Module, inputs: Tensor, prepare: Preparation) -> int:
    """How many inputs [N, ...] a frozen forward pass takes at once."""
    part = inputs_in_part(model, prepare.plain(inputs[:2]))
    return min(inputs_at_once(inputs), part or len(inputs))


def inputs_in_part(network: nn.Module, sample: Prepared) -> int | None:
    """How many inputs of a batch to pass through a network at once; None for the whole batch.

    On a CPU large activations are slow: memory that was freed comes back from the system page by page. The
    gradient of a batch is the mean of those of its parts, except with batch normalisation in training, whose
    statistics are those of whole batches. A GPU needs whole batches to be busy.

    Args:
        network: In the mode in which it is used.
        sample: A few inputs, prepared for it.
    """
    modules = network.modules() if network.training else ()
    normalised = any(isinstance(each, nn.modules.batchnorm._BatchNorm) for each in modules)
    if normalised or next(iter(_tensors(sample))).is_cuda:
        return None
    return max(1, KEPT_BYTES * length(sample) // max(1, kept_bytes(network, sample)))


def kept_bytes(network: nn.Module, inputs: Prepared) -> int:
    """Bytes that a pass over prepared inputs keeps for its gradients, parameters and buffers aside."""
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
        # The output lives while we count, so that no memory is counted under another's address.
        output = forward(network, inputs)
    for tensor in chain(network.parameters(), network.buffers()):
        kept.pop(tensor.untyped_storage().data_ptr(), None)
    del output
    return sum(kept.values())


def _tensors(inputs: Prepared) -> list[Tensor]:
    return [inputs] if isinstance(inputs, Tensor) else list(inputs.values())
