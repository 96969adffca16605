"""From a trained network and data to what its nodes know, in one call."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from nodal.architectures.architecture import Layer
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.describe import describe
from nodal.models.probe_sets import new_probes
from nodal.paper import THRESHOLD
from nodal.pruning.andc import Mask, andc_masks, fc_mask
from nodal.pruning.masked_weights import Masks
from nodal.snp.matrix import Snp
from nodal.study.data import Given, dataset
from nodal.study.points import Point, as_taps, measured_layers, read_by_readout
from nodal.study.progress import epochs_shown
from nodal.study.recipe import complete
from nodal.study.tap_study import RULE, TapStudy
from nodal.training.evaluation import Measurement, evaluate
from nodal.training.probes import train_probes


@dataclass(frozen=True, repr=False)
class Study(Mapping[str, TapStudy]):
    """What a study measured, by tap.

    Attributes:
        taps: By name.
        layers: Layers that can be pruned as both their ends are taps of the study, by name of the weight.
        readout: Name of the weight of the network's own last layer, and the taps whose nodes it reads.
        shapes: Of each of these weights.
    """

    taps: Mapping[str, TapStudy]
    layers: Mapping[str, Layer]
    readout: tuple[str, tuple[str, ...]]
    shapes: Mapping[str, tuple[int, ...]]

    def __getitem__(self, tap: str) -> TapStudy:
        """What was measured at a tap.

        Raises:
            KeyError: There is no such tap.
        """
        if tap not in self.taps:
            raise KeyError(f"no tap {tap!r} in this study; there is {', '.join(self.taps)}")
        return self.taps[tap]

    def __iter__(self) -> Iterator[str]:
        return iter(self.taps)

    def __len__(self) -> int:
        return len(self.taps)

    @property
    def accuracies(self) -> pd.DataFrame:
        """Share of right answers of each tap's probe: `test`, `heldout`."""
        rows = {name: (each.accuracy, each.accuracy_heldout) for name, each in self.items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["test", "heldout"])

    def table(self, threshold: float = THRESHOLD, rule: str = RULE) -> pd.DataFrame:
        """A row a tap: the probe's accuracy, the averages of Tables 1 and 2, and the controls' ratios.

        Args:
            threshold: In (0, 1).
            rule: How labels are grouped.
        """
        rows = {}
        for name, each in self.items():
            found = each.snr(threshold, rule)
            ratios = {
                f"snr_{control}": getattr(found, control)["snr"]
                for control in ("heldout", "shuffled", "rotated")
            }
            accuracy = {"accuracy": each.accuracy, "accuracy_heldout": each.accuracy_heldout}
            rows[name] = accuracy | found.own | ratios
        return pd.DataFrame.from_dict(rows, orient="index")

    def masks(self, tap: str, threshold: float = THRESHOLD, rule: str = RULE) -> dict[str, Mask]:
        """The ANDC (applied nodal diagonal connections) masks of the weights that a tap's nodes join.

        Args:
            tap: Name of the tap.
            threshold: Of the clusters, the same at both ends of a layer.
            rule: Of the clusters.

        Returns:
            bool, as the weights are, by their names: of each layer that joins the tap to another tap of the
            study, and of the network's last layer, where it reads the nodes of the tap.

        Raises:
            KeyError: There is no such tap.
            ValueError: There is no such weight.
        """
        layers = {
            weight: layer
            for weight, layer in self.layers.items()
            if self[tap].name in (layer.source, layer.target)
        }
        ends = {end for layer in layers.values() for end in (layer.source, layer.target)} | {tap}
        sets = {name: self[name].clusters(threshold, rule).sets for name in ends}
        masks = andc_masks(layers, sets)
        weight, read = self.readout
        if tap in read:
            masks[weight] = fc_mask(sets[tap])
        if not masks:
            raise ValueError(
                f"masks: the study has no tap at the other end of a layer at {tap!r}, and the network's last"
                " layer does not read its nodes: measure both ends of a layer, nodal.describe lists them"
            )
        return {name: _as_weight(mask, self.shapes[name]) for name, mask in masks.items()}

    def __repr__(self) -> str:
        return "\n".join(["Study of", *(f"  {each!r}" for each in self.values())])


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
    inputs = data.inputs["train"]
    whole = complete(recipe, inputs)
    prepare = preparation(inputs, augment=whole["augment"])
    sample = prepare.plain(inputs[:2])
    with _as_it_was(model):
        try:
            architecture = describe(model, sample)
        except (RuntimeError, TypeError) as error:
            said = " ".join(str(error).split())
            raise ValueError(
                f"the model does not run on inputs {inputs.dtype} {list(inputs.shape)}: {said}"
            ) from None
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
        readout = read_by_readout(model, sample, architecture, places)
    studies = {}
    for place, (name, tap) in enumerate(places.items()):
        at, weight = {split: each[name] for split, each in found.items()}, probes[name].weights()
        own, heldout_snp = (Snp(_array(at[split]), weight) for split in ("test", "heldout"))
        right = (_accuracy(at["test"]), _accuracy(at["heldout"]))
        studies[name] = TapStudy(name, tap, own, heldout_snp, *right, data.names, (seed, place))
    last = f"{architecture.readout.module}.weight" if architecture.readout else ""
    if last and model.get_parameter(last).shape[0] != len(data.names):
        readout = ()
    weights = {*layers, *([last] if readout else [])}
    shapes = {weight: tuple(model.get_parameter(weight).shape) for weight in weights}
    return Study(studies, layers, (last, readout), shapes)


def prune(model: nn.Module, masks: Mapping[str, NDArray[np.bool_]]) -> Masks:
    """Set masked weights of a network to zero, in place.

    Args:
        model: The network.
        masks: Weights that are kept, bool by the name of the weight, as `Study.masks` gives them.

    Returns:
        The masks on this network: call `apply()` on it after each step of a retraining.

    Raises:
        TypeError, ValueError: A mask is not bool, or fits no weight.
    """
    kept = Masks(model, {name: torch.as_tensor(mask) for name, mask in masks.items()})
    kept.apply()
    return kept


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


def _as_weight(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """A mask [out, in] as a weight has it: the same for all places of a kernel."""
    return np.broadcast_to(mask.reshape(*mask.shape, *[1] * (len(shape) - 2)), shape).copy()
