"""A network from its settings, fresh or with its weights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nodal.data.dataset import Dataset
from nodal.files.tensors import read_tensors
from nodal.models.cct import CCT
from nodal.models.foreign import build_foreign
from nodal.models.resnet import ResNet
from nodal.models.vgg import VGG


def build(model: Mapping[str, Any], data: Dataset) -> nn.Module:
    """The freshly initialised network that the settings `model` describe, fit for the inputs of `data`."""
    inputs = next(iter(data.inputs.values()))
    network = build_for(model, len(data.names), inputs.shape[-1], len(data.vocabulary))
    return network.to(inputs.device)


def build_for(model: Mapping[str, Any], labels: int, size: int, tokens: int = 0) -> nn.Module:
    """The same for so many labels, the side of images or length of texts, and the vocabulary's size."""
    arguments = {key: value for key, value in model.items() if key != "family"}
    match model["family"]:
        case "cct":
            return CCT(image_size=size, labels=labels, **arguments)
        case "vgg":
            return VGG(image_size=size, labels=labels, **arguments)
        case "resnet":
            return ResNet(labels=labels, **arguments)
        case _:
            return build_foreign(_with_vocabulary(model, tokens), labels)


def _with_vocabulary(model: Mapping[str, Any], tokens: int) -> Mapping[str, Any]:
    """The settings of a network for texts, told the size of the data set's vocabulary if they do not say one.

    Raises:
        ValueError: They say a smaller one.
    """
    arguments = model.get("arguments", {})
    if model["family"] != "transformers" or not tokens:
        return model
    if arguments.get("vocab_size", tokens) < tokens:
        raise ValueError(
            f"model.arguments.vocab_size: {arguments['vocab_size']} where the data set has {tokens} tokens:"
            " leave it out, or give the data set a smaller vocabulary"
        )
    return {**model, "arguments": {"vocab_size": tokens, **arguments}}


def load(model: Mapping[str, Any], data: Dataset, weights: str | Path) -> nn.Module:
    """The same with the weights of a safetensors file, in evaluation mode."""
    network = build(model, data)
    network.load_state_dict(read_tensors(weights))
    return network.eval()


def cpu_state(module: nn.Module) -> dict[str, torch.Tensor]:
    """The state of a module as `write_tensors` takes it."""
    return {name: value.detach().cpu() for name, value in module.state_dict().items()}
