"""A probe: a classifier on one tap of a frozen network.

It pools over positions, `softmax(Linear(width, 1)(x))^T x` (Fig 2, middle) or by their mean, and its FC layer
leads to the labels. It is what defines the single-nodal performance (SNP) of the nodes it reads.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Probe(nn.Module):
    """Pooling over positions and FC(width -> labels) on one tap.

    Args:
        width: Nodes of the tap.
        labels: Number of labels.
        norm: None, or a LayerNorm applied first.
        bias: Whether the FC layer has a bias.
        pooling: `sequence`, by learned weights, or `mean`.

    Raises:
        ValueError: There is no such pooling.
    """

    def __init__(
        self, width: int, labels: int, norm: nn.Module | None = None, bias: bool = False,
        pooling: str = "sequence",
    ) -> None:  # fmt: skip
        super().__init__()
        if pooling not in ("sequence", "mean"):
            raise ValueError(f"pooling: {pooling!r} where sequence or mean is needed")
        self.norm = norm if norm is not None else nn.Identity()
        self.pool = nn.Linear(width, 1) if pooling == "sequence" else None
        self.fc = nn.Linear(width, labels, bias=bias)
        for layer in (self.pool, self.fc):
            if layer is not None:
                nn.init.trunc_normal_(layer.weight, std=0.02)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    @property
    def averages(self) -> bool:
        """Whether the mean over positions is all that it takes of a tap."""
        return self.pool is None and not isinstance(self.norm, nn.LayerNorm)

    def weights(self) -> NDArray[np.float32]:
        """FC weights from each node to each label, float32 [K, L]: a factor of the nodes' SNP matrices."""
        return self.fc.weight.detach().T.cpu().numpy().copy()

    def pooled(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Pool activations [B, positions, width] to [B, width].

        Args:
            tokens: What `collect` gives.
            mask: Which positions count, bool [B, positions]; None: all. A single position always does.

        Raises:
            ValueError: They are of another shape.
        """
        if tokens.ndim != 3 or tokens.shape[2] != self.fc.in_features:
            needed = f"[inputs, positions, {self.fc.in_features}]"
            raise ValueError(f"tokens: have shape {list(tokens.shape)} where {needed} is needed")
        if mask is not None and tokens.shape[1] != 1:
            return self._masked(tokens, mask)
        tokens = self.norm(tokens)
        if self.pool is None:
            return tokens.mean(1)
        return (self.pool(tokens).softmax(dim=1).transpose(1, 2) @ tokens).squeeze(1)

    def _masked(self, tokens: Tensor, mask: Tensor) -> Tensor:
        if mask.shape != tokens.shape[:2]:
            raise ValueError(f"mask: has shape {list(mask.shape)} where {list(tokens.shape[:2])} is needed")
        tokens = self.norm(tokens)
        scores = tokens.new_zeros(mask.shape) if self.pool is None else self.pool(tokens).squeeze(-1)
        shares = scores.masked_fill(~mask, -torch.inf).softmax(dim=1)
        return (shares[:, None] @ tokens.masked_fill(~mask[..., None], 0)).squeeze(1)

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Logits [B, labels]; arguments as of `pooled`."""
        logits: Tensor = self.fc(self.pooled(tokens, mask))
        return logits


class Probes(nn.ModuleDict):
    """Probes by the name of their tap."""

    def __getitem__(self, tap: str) -> Probe:
        """The probe of a tap."""
        probe = super().__getitem__(tap)
        assert isinstance(probe, Probe)
        return probe
