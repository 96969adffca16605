"""A probe: a classifier on one tap of a frozen network.

It pools over positions, `softmax(Linear(width, 1)(x))^T x` (Fig 2, middle), by their mean or by taking the
first, or it lays them side by side, as the group does for the filters of a CNN (arXiv 2501.12880). Its FC
layer leads to the labels. It is what defines the single-nodal performance (SNP) of the nodes it reads.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

POOLINGS = ("sequence", "mean", "first", "flatten")


class Probe(nn.Module):
    """Pooling over positions and FC(width -> labels) on one tap.

    Args:
        width: Nodes of the tap.
        labels: Number of labels.
        norm: None, or a LayerNorm applied first.
        bias: Whether the FC layer has a bias.
        pooling: `sequence`, by learned weights; `mean`; `first`, the first position alone; or `flatten`:
            every position of a node has weights of its own.
        positions: Of the tap; only `flatten` needs their number.

    Attributes:
        nodes, positions: K nodes, at P positions that the FC layer reads apart: 1 where it pools.

    Raises:
        ValueError: There is no such pooling.
    """

    def __init__(
        self, width: int, labels: int, norm: nn.Module | None = None, bias: bool = False,
        pooling: str = "sequence", positions: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        if pooling not in POOLINGS:
            raise ValueError(f"pooling: {pooling!r} where one of {', '.join(POOLINGS)} is needed")
        self.pooling, self.nodes = pooling, width
        self.positions = positions if pooling == "flatten" else 1
        self.norm = norm if norm is not None else nn.Identity()
        self.pool = nn.Linear(width, 1) if pooling == "sequence" else None
        self.fc = nn.Linear(width * self.positions, labels, bias=bias)
        for layer in (self.pool, self.fc):
            if layer is not None:
                # Of a node laid out over positions torch's own start is kept, which falls with their number.
                if self.pooling != "flatten":
                    nn.init.trunc_normal_(layer.weight, std=0.02)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def weights(self) -> NDArray[np.float32]:
        """FC weights from each node to each label, a factor of the nodes' SNP matrices; see `apart`."""
        return self.apart(self.fc.weight.detach().T).cpu().numpy().copy()

    def apart(self, read: Tensor) -> Tensor:
        """Numbers of all that the FC layer reads, [K * P, ...], as [K, P, ...]; [K, ...] where it pools."""
        return read if self.positions == 1 else read.unflatten(0, (self.nodes, self.positions))

    def fixed(self, tokens: Tensor, mask: Tensor | None) -> Tensor:
        """What of activations the probe reads whatever it learns, in their form [B, positions, width].

        A single position, their mean or the first, where that is all it sees of them; else all of them.
        """
        if self.pooling == "first":
            return tokens[:, :1]
        if self.pooling == "mean" and isinstance(self.norm, nn.Identity):
            return self.pooled(tokens, mask)[:, None]
        return tokens

    def pooled(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        """Pool activations [B, positions, width] to what the FC layer reads.

        Args:
            tokens: What `collect` gives.
            mask: Which positions count, bool [B, positions]; None: all. A single position always does.

        Returns:
            [B, width]; with `flatten` [B, width * positions], node by node.

        Raises:
            ValueError: They are of another shape; or positions that do not count would be read apart.
        """
        positions: int | str = self.positions if self.pooling == "flatten" else "positions"
        if (
            tokens.ndim != 3
            or tokens.shape[2] != self.nodes
            or positions not in ("positions", tokens.shape[1])
        ):
            needed = f"[inputs, {positions}, {self.nodes}]"
            raise ValueError(f"tokens: have shape {list(tokens.shape)} where {needed} is needed")
        if mask is not None and tokens.shape[1] != 1 and mask.shape != tokens.shape[:2]:
            raise ValueError(f"mask: has shape {list(mask.shape)} where {list(tokens.shape[:2])} is needed")
        if self.pooling == "first":  # which padding, behind the end, never is
            return self.norm(tokens[:, :1]).squeeze(1)
        if mask is not None and tokens.shape[1] != 1:
            return self._masked(tokens, mask)
        tokens = self.norm(tokens)
        if self.pooling == "flatten":
            return tokens.transpose(1, 2).flatten(1)
        if self.pool is None:
            return tokens.mean(1)
        return (self.pool(tokens).softmax(dim=1).transpose(1, 2) @ tokens).squeeze(1)

    def _masked(self, tokens: Tensor, mask: Tensor) -> Tensor:
        if self.pooling == "flatten":
            raise ValueError("pooling: flatten reads every position, and some are padding: it needs another")
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
