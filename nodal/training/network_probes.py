"""Probes at many taps of a network, block by block, so that what those of one read fits in memory."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nodal.architectures.architecture import Tap
from nodal.augment.pipeline import Normalisation
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.probe import Probes
from nodal.models.probe_sets import new_probes
from nodal.training.probes import train_probes


def network_probes(
    network: nn.Module,
    taps: Mapping[str, Tap],
    data: Dataset,
    normalise: Normalisation,
    recipe: Mapping[str, Any],
    *,
    seed: int,
    state: Path,
) -> Probes:
    """New probes at these taps, each trained as if it were alone.

    Args:
        network: The frozen network.
        taps: Where the probes read.
        data: Its `train` split is used.
        normalise: How images are normalised.
        recipe: As of `new_probes` and `train_probes`.
        seed: Of the weights, of the order of the inputs and of the augmentation.
        state: Folder of the side state.
    """
    inputs = data.inputs["train"]
    varied = preparation(inputs, normalise, recipe["augment"])
    sample = preparation(inputs, normalise).plain(inputs[:1])
    probes = Probes()
    for block in sorted({tap.block for tap in taps.values()}):
        torch.manual_seed(seed)
        own = {name: tap for name, tap in taps.items() if tap.block == block}
        of_block = new_probes(network, own, sample, len(data.names), recipe)
        place = state / f"block{block}"
        train_probes(network, of_block, own, data, varied, recipe, seed=seed, state=place)
        probes.update(dict(of_block.items()))
    return probes
