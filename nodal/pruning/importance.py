"""What each part of a network matters: the accuracy that is lost where it is zero, and after retraining."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.front import Front
from nodal.pruning.block_pruning import masked_counts, prune_block
from nodal.pruning.parts import Part
from nodal.training.answers import Counted


def importance(
    network: nn.Module,
    parts: Iterable[Part],
    blocks: tuple[str, ...],
    data: Dataset,
    normalise: Normalisation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path,
) -> Iterator[Counted]:
    """Zero each part of a copy of a network and count the correct answers; of blocks again after retraining.

    Args:
        network: The trained network; left as it is.
        parts: The parts, block by block.
        blocks: Dotted name of each block.
        data: The data set, all splits.
        normalise: How images are normalised.
        recipe: As of `prune_block`.
        seed: Seed of the retraining.
        state: Folder of the retrainings' side states.
    """
    prepare = preparation(data.inputs["test"], normalise)
    for block, own in groupby(parts, key=attrgetter("block")):
        front = Front(blocks[: block - 1])
        for part in own:
            keys = {"part": part.kind, "block": block, "name": part.name}
            masks = {name: torch.from_numpy(mask) for name, mask in part.masks.items()}
            zeroed = copy.deepcopy(network)
            if part.kind == "block":
                counted: Iterable[Counted] = prune_block(
                    zeroed, masks, blocks[block - 1], data, normalise, recipe,
                    seed=seed, state=state / f"block{block}", front=front,
                )  # fmt: skip
            else:
                counted = masked_counts(zeroed, masks, data, prepare, front)
            for more, images, correct in counted:
                yield keys | more, images, correct
