"""How alike an image and the attention output fields it causes are (Fig 11), for every test image.

The field of a head at a token is the mean over the head's nodes of the scaled-dot-product attention output;
the tokens form a square, as in the image. The similarity is the Pearson correlation, over the tokens, of
that map and the image's luminance (Rec. 601 of the uint8 image, averaged over each token's share of it).
Its sign means little, as a node's is arbitrary: the figure counts absolute values.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation
from nodal.files.attention_fields import Similarity
from nodal.models.features import collect
from nodal.training.device import float32
from nodal.training.inputs_at_once import inputs_at_once, measured_at_once

_LUMINANCE = (0.299, 0.587, 0.114)  # Rec. 601
_CONSTANT = 1e-6  # what varies less than this share of its size varies by rounding only


def image_similarity(
    model: nn.Module, tap: Tap, images: Tensor, prepare: Preparation, other: NDArray[np.int64]
) -> Similarity:
    """How alike the fields of all images at an attention tap are to them, and to other images.

    Args:
        model: The network.
        tap: Its attention tap.
        images: uint8 [N, 3, S, S].
        prepare: Normalisation.
        other: [N], another image of the same label for each, as of `partners`; -1 for none.
    """
    maps, predicted = attention_fields(model, tap, images, prepare)
    luminance = token_luminance(images, maps.shape[-1]).cpu()
    chosen = torch.from_numpy(other)
    control = similarity(maps, luminance[chosen.clamp(min=0)])
    control[chosen < 0] = float("nan")
    own = similarity(maps, luminance)
    return Similarity(predicted.numpy(), maps.numpy(), luminance.numpy(), own.numpy(), control.numpy())


@torch.no_grad()
def attention_fields(
    model: nn.Module, tap: Tap, images: Tensor, prepare: Preparation
) -> tuple[Tensor, Tensor]:
    """The fields of all images, float32 [N, H + 1, T], and the labels that the model predicts, int64 [N].

    Fields are of all heads together, then of each; arguments as of `image_similarity`.
    """
    model.eval()
    maps, predicted = [], []
    with float32(tf32=False):
        for chunk in images.split(measured_at_once(model, images, prepare)):
            found = collect(model, prepare.plain(chunk), {"tap": tap, "logits": Tap("", "output", "vector")})
            maps.append(head_fields(on_the_image(found["tap"]), tap.heads).cpu())
            predicted.append(found["logits"][:, 0].argmax(1).cpu())
    return torch.cat(maps), torch.cat(predicted)


def on_the_image(tokens: Tensor) -> Tensor:
    """The tokens [B, S * S, K] that are parts of the image: class and register tokens stand before them."""
    return tokens[:, -(math.isqrt(tokens.shape[1]) ** 2) :]


def head_fields(tokens: Tensor, heads: int) -> Tensor:
    """Mean fields [B, H + 1, T] of attention outputs [B, T, K]: of all nodes, then of each head's."""
    by_head = tokens.unflatten(-1, (heads, -1)).mean(-1).transpose(1, 2)
    return torch.cat([by_head.mean(1, keepdim=True), by_head], dim=1)


def token_luminance(images: Tensor, tokens: int) -> Tensor:
    """Luminance float32 [N, T] of images uint8 [N, 3, S, S], averaged over each token's share of them."""
    weights = torch.tensor(_LUMINANCE, device=images.device)[:, None, None]
    chunks = images.split(inputs_at_once(images))
    grey = ((chunk.float() * weights).sum(1, keepdim=True) for chunk in chunks)
    return torch.cat([adaptive_avg_pool2d(each, round(tokens**0.5)).flatten(1) for each in grey])


def similarity(maps: Tensor, luminance: Tensor) -> Tensor:
    """Pearson correlation over the tokens: float32 [N, H + 1] of maps [N, H + 1, T] and luminance [N, T].

    Nan where either is constant.
    """
    a, b = (_standardised(each) for each in (maps, luminance[:, None]))
    return (a * b).sum(-1).clamp(-1, 1)  # rounding can lead beyond


def _standardised(values: Tensor) -> Tensor:
    """Values less their mean over the last dimension, of length 1 there; nan where they are constant."""
    centred = values - values.mean(-1, keepdim=True)
    length = centred.norm(dim=-1, keepdim=True)
    constant = length <= _CONSTANT * values.norm(dim=-1, keepdim=True)
    return centred / length.masked_fill(constant, float("nan"))


def partners(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Another image of the same label for each image, each chosen once; -1 where there is no other."""
    found = np.full(len(labels), -1)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        if len(members) > 1:
            found[members] = np.roll(members, 1)
    return found


def shown_images(own_similarity: NDArray[np.floating], eligible: NDArray[np.bool_]) -> dict[str, int]:
    """Which images to show: the one most like its field, and a typical one.

    Args:
        own_similarity: [N], similarity in the head that owns the image's label.
        eligible: bool [N], correctly predicted images whose label is owned.

    Returns:
        Index of the image with the largest absolute similarity, and of the one at the median (the smaller
        of two in the middle); the lowest of equals. Nothing where no image is eligible.
    """
    size = np.where(eligible & np.isfinite(own_similarity), np.abs(own_similarity), -1.0)
    ranked = np.sort(size[size >= 0])
    if not len(ranked):
        return {}
    chosen = {"the most similar": ranked[-1], "typical (median)": ranked[(len(ranked) - 1) // 2]}
    return {why: int(np.argmax(size == value)) for why, value in chosen.items()}
