"""Weight gradients of attention heads, multiplied input by input.

The gradient of a weight [out, in] is a sum over inputs and positions of what flows in from behind times what
the layer reads. A head's own weights are its rows of Q, K and V and its columns of the projection. Of an
input, the terms of each head's weights are multiplied by a factor of its label and that head. What flows on
to earlier layers stays as it is, and so do biases.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from nodal.architectures.attention_heads import HeadWeights


class HeadGradients:
    """Factors of the weight gradients of attention heads; call it with the labels of the inputs to be passed.

    Args:
        factors: [labels, heads], of the gradients that an input of a label gives to a head's weights.
    """

    def __init__(self, factors: Tensor) -> None:
        self.factors = factors
        self._beyond: Tensor | None = None

    def __call__(self, targets: Tensor) -> None:
        """Take note of the targets [B, labels] of the next pass; the label of an input is its largest one."""
        self._beyond = self.factors[targets.argmax(1)] - 1

    @contextmanager
    def of(self, network: nn.Module, weights: Mapping[str, HeadWeights]) -> Iterator[None]:
        """Multiply while this is open.

        Args:
            network: In which these layers run, each once in a pass, on inputs [B, tokens, in].
            weights: Which of their weights are a head's, by the name of the layer.

        Raises:
            ValueError: A layer has another number of heads than there are factors, or is not `nn.Linear`.
        """
        handles = []
        for name, own in weights.items():
            layer = network.get_submodule(name)
            if own.heads != self.factors.shape[1]:
                raise ValueError(f"{name}: has {own.heads} heads, and factors are of {self.factors.shape[1]}")
            if not isinstance(layer, nn.Linear):
                raise ValueError(f"{name}: is {type(layer).__name__} where a fully connected layer is needed")
            handles.append(layer.register_forward_hook(self._hook(own)))
        try:
            yield
        finally:
            self._beyond = None
            for handle in handles:
                handle.remove()

    def _hook(self, own: HeadWeights) -> Callable[..., None]:
        def after(layer: nn.Linear, inputs: tuple[Tensor], output: Tensor) -> None:
            beyond = self._beyond  # those of the part of a batch that passes now
            if beyond is not None and output.requires_grad:
                read = inputs[0].detach()
                output.register_hook(lambda flowing: _add(layer.weight, own, flowing, read, beyond))

        return after


@torch.no_grad()
def _add(weight: Tensor, own: HeadWeights, flowing: Tensor, read: Tensor, beyond: Tensor) -> None:
    """Add to the gradient of a weight what the factors [B, heads] give beyond 1."""
    flowing, read = flowing.to(weight.dtype), read.to(weight.dtype)
    beyond = beyond.to(weight.dtype)[:, None, None, :, None]  # inputs, tokens, parts, heads, nodes
    if own.side == "rows":
        flowing = (flowing.unflatten(-1, (own.parts, own.heads, -1)) * beyond).flatten(2)
    else:
        read = (read.unflatten(-1, (own.parts, own.heads, -1)) * beyond).flatten(2)
    more = flowing.flatten(0, 1).T @ read.flatten(0, 1)
    weight.grad = more if weight.grad is None else weight.grad + more
