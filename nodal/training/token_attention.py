"""Where the attention heads of a network for texts look: the share of attention that each token gets."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.attention.ownership import Counts
from nodal.augment.preparation import Preparation
from nodal.training.device import float32


@torch.no_grad()
def received_attention(model: nn.Module, block: int, texts: Tensor, prepare: Preparation) -> Tensor | None:
    """The share of each head's attention that every token gets, the mean over the tokens that look.

    Args:
        model: The network.
        block: The block whose attention is meant, from 1.
        texts: int32 [N, T].
        prepare: Preparation of texts.

    Returns:
        float32 [N, H, T], 0 behind the end of a text, or None where there is no text, or the network does
        not give its attention, as only those of transformers do.
    """
    if not len(texts) or not hasattr(model, "set_attn_implementation"):
        return None
    network: Any = model.eval()
    prepared, mask, before = prepare.plain(texts), prepare.mask(texts), network.config._attn_implementation
    assert isinstance(prepared, Mapping)
    assert mask is not None
    network.set_attn_implementation("eager")  # others do not give it
    try:
        with float32(tf32=False):
            found = network(**prepared, output_attentions=True).attentions[block - 1]
    finally:
        network.set_attn_implementation(before)
    looking = mask[:, None, :, None].float()
    return (found * looking).sum(2) / looking.sum(2)


def shown_texts(
    counts: Counts, owner: NDArray[np.int64], labels: NDArray[np.int64], right: NDArray[np.bool_], each: int
) -> list[int]:
    """Which texts to show: of the labels that each head holds most often, the first that is right.

    Args:
        counts: Appearances [H, L].
        owner: [L], head that each label belongs to, counted from 0; -1 for none.
        labels: [N], of the texts.
        right: bool [N], whether they are predicted correctly.
        each: Labels a head.

    Returns:
        Indices of the texts, head by head; none for labels of which no text is right.
    """
    chosen = []
    for head, held in enumerate(counts):
        mine = np.flatnonzero(owner == head)
        for label in mine[np.argsort(-held[mine], kind="stable")][:each]:
            chosen += np.flatnonzero((labels == label) & right)[:1].tolist()
    return chosen
