"""From a trained network and data to what its nodes know, in one call."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nodal.architectures.architecture import Architecture
from nodal.augment.preparation import Prepared, preparation
from nodal.data.dataset import Dataset
from nodal.models.describe import describe
from nodal.models.probe_sets import new_probes
from nodal.snp.matrix import Snp
from nodal.study.data import Given, dataset
from nodal.study.points import Point, as_taps, measured_layers, read_by_readout
from nodal.study.progress import epochs_shown
from nodal.study.recipe import complete
from nodal.study.study import Study
from nodal.study.tap_study import TapStudy
from nodal.training.evaluation import Measurement, evaluate
from nodal.training.probes import train_probes


def study(
    model: nn.Module,
    train: Given,
    test: Given,
    taps: Mapping[str, Point],
    *,
    heldout: Given | None = None,
    labels: Sequence[str] | None = None,
    recipe: Mapping[str, Any] | None = None,
    seed: int = 0,
    device: str | torch.device | None = None,
) -> Study:
    """Train a probe at every tap of a frozen network, and measure what every node contributes.

    Inputs and labels are `(inputs, labels)` or a mapping with `labels`, as tensors or arrays; a DataLoader
    of either; or the path of a data file of the workflow. Images are uint8 [N, 3, H, W], normalised one by
    one, or floating-point and taken as they are; texts are `input_ids` with an `attention_mask`. All are
    read into memory once: a DataLoader's random changes of its images are drawn once.

    Args:
        model: Any module that classifies; its weights and its mode are left as they are.
        train: Inputs and labels that the probes learn.
        test: Those that the matrices are averaged over.
        taps: By name: the name of a module, whose output is meant, `Input`, `Output`, or a whole `Tap`.
        heldout: Those of the control; None: those of a data file, else a tenth of `train`, of each label.
        labels: Name of each label; None: `classes` of the data set, else numbers.
        recipe: What differs from the workflow's defaults for a probe set: `epochs`, `batch`, `lr`, ...
        seed: Of the probes, of the order of the inputs, and of all controls.
        device: Where to compute; the model goes there. None: where the model is.

    Raises:
        TypeError, ValueError: What is given does not fit; one line that says what and where.
    """
    if device is not None:
        model.to(device)
    data = _on(dataset(train, test, heldout, labels, seed), next(model.parameters()).device)
    whole = complete(recipe, data.inputs["train"])
    prepare = preparation(data.inputs["train"], augment=whole["augment"])
    sample = prepare.plain(data.inputs["train"][:2])
    with _as_it_was(model):
        architecture = _described(model, sample)
        places = as_taps(model, sample, taps)
        whole["final_norm"] = architecture.final_norm
        torch.manual_seed(seed)
        probes = new_probes(model, places, sample, len(data.names), whole)
        with epochs_shown(whole["epochs"]):
            train_probes(model, probes, places, data, prepare, whole, seed=seed)
        found = {
            split: evaluate(model, probes, places, data.inputs[split], data.labels[split], prepare)
            for split in ("test", "heldout")
        }
        layers = measured_layers(model, architecture, places)
        last, readers = read_by_readout(model, sample, architecture, places, len(data.names))
    studies = {}
    for place, (name, tap) in enumerate(places.items()):
        at, held = found["test"][name], found["heldout"][name]
        own, control = (Snp(_array(each), probes[name].weights()) for each in (at, held))
        right = _accuracy(at), _accuracy(held)
        studies[name] = TapStudy(name, tap, own, control, *right, data.names, (seed, place))
    return Study(studies, layers, (last, readers))


def _described(model: nn.Module, sample: Prepared) -> Architecture:
    try:
        return describe(model, sample)
    except (RuntimeError, TypeError) as error:
        shown = sample if isinstance(sample, Tensor) else next(iter(sample.values()))
        said = " ".join(str(error).split())
        raise ValueError(
            f"the model does not run on inputs {shown.dtype} {list(shown.shape)}: {said}"
        ) from None


@contextmanager
def _as_it_was(model: nn.Module) -> Iterator[None]:
    """Leave the mode of every module, and the random numbers of whoever calls, as they were."""
    modes = {module: module.training for module in model.modules()}
    with torch.random.fork_rng():
        try:
            yield
        finally:
            for module, training in modes.items():
                module.training = training


def _on(data: Dataset, device: torch.device) -> Dataset:
    inputs, labels = (
        {split: each.to(device) for split, each in part.items()} for part in (data.inputs, data.labels)
    )
    return Dataset(inputs, labels, data.names, data.superclass)


def _array(at: Measurement) -> NDArray[np.float32]:
    return at.pooled_mean.cpu().numpy()


def _accuracy(at: Measurement) -> float:
    return float(at.correct.sum() / at.images.sum())
