"""Both networks of a seed, trained and untrained, measured over all splits: by one job, or by shards.

All that is measured is a sum over inputs, so what jobs find on parts of the splits, side by side, is added.
Sums are named `{network}/{split}/{probe}/{part of Sums}` and `groups/{tap}`, as they lie in a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from nodal.architectures.architecture import Tap
from nodal.augment.preparation import Preparation, preparation
from nodal.data.dataset import Dataset
from nodal.models.build import load
from nodal.models.probe import Probes
from nodal.models.probe_sets import load_probes, with_rotated_taps
from nodal.snp.groups import random_groups
from nodal.training.evaluation import Measurement, Sums, sums
from nodal.training.head_answers import group_answers

NETWORKS = ("backbone", "untrained")


class Probed(NamedTuple):
    """A frozen network and its trained probes."""

    network: nn.Module
    probes: Probes


@dataclass(frozen=True)
class ProbedNetworks:
    """What is measured, and on what.

    Attributes:
        data: The splits that are passed: held-out, test and, where matrices are averaged over it, train.
        taps: The taps of the probe set.
        places: Where each probe reads, those in a random basis among them.
        prepare: Preparation of the inputs.
        networks: By name.
    """

    data: Dataset
    taps: Mapping[str, Tap]
    places: Mapping[str, Tap]
    prepare: Preparation
    networks: Mapping[str, Probed]

    @staticmethod
    def load(files: Mapping[str, Any], settings: Mapping[str, Any], device: torch.device) -> "ProbedNetworks":
        """Read it.

        Args:
            files: The paths `data`, and of each network `{network}` and `{network}_probes`.
            settings: `model, normalise, probe, taps, rotated`, as the rules of the workflow give them.
            device: Where it is measured.
        """
        recipe = settings["probe"]
        splits = ["heldout", "test"] + (["train"] if recipe["split"] == "train" else [])
        data = Dataset.load(files["data"], splits, device)
        taps = {name: Tap(**settings["taps"][name]) for name in recipe["taps"]}
        places = with_rotated_taps(taps, settings["rotated"])
        prepare = preparation(data.inputs["test"], settings["normalise"])
        sample, networks = prepare.plain(data.inputs["test"][:1]), {}
        for name in NETWORKS:
            network = load(settings["model"], data, files[name])
            probes = load_probes(files[f"{name}_probes"], network, places, sample, len(data.names), recipe)
            networks[name] = Probed(network, probes)
        return ProbedNetworks(data, taps, places, prepare, networks)

    def sums(self, *, groups: int | None, shard: tuple[int, int] = (1, 1)) -> dict[str, Tensor]:
        """Pass every split, or a shard of it, through both networks.

        Args:
            groups: Seed of the groups of nodes that stand in for the trained network's attention heads on
                the test split; None: that is not asked.
            shard: Its number, from 1, and that of all shards.

        Returns:
            Sums by name, on the CPU.

        Raises:
            ValueError: See `Dataset.shard`.
        """
        data, found = self.data.shard(*shard), {}
        for name, (network, probes) in self.networks.items():
            for split, inputs in data.inputs.items():
                measured = sums(network, probes, self.places, inputs, data.labels[split], self.prepare)
                for probe, each in measured.items():
                    for part in fields(each):
                        found[f"{name}/{split}/{probe}/{part.name}"] = getattr(each, part.name).cpu()
        if groups is not None:
            network, probes = self.networks["backbone"]
            orders = {
                tap: random_groups(probes[tap].nodes, groups, number)
                for number, tap in enumerate(self.taps)
                if self.taps[tap].heads > 1
            }
            test = data.inputs["test"], data.labels["test"]
            right = group_answers(network, probes, self.places, *test, self.prepare, orders)
            found |= {f"groups/{tap}": each.cpu() for tap, each in right.items()}
        return found

    def measured(self, found: Mapping[str, Tensor], name: str) -> dict[str, dict[str, Measurement]]:
        """What the sums over whole splits say of a network, by split and probe."""
        probes = self.networks[name].probes
        return {
            split: {
                probe: Sums(
                    *(found[f"{name}/{split}/{probe}/{part.name}"] for part in fields(Sums))
                ).measurement(probes[probe])
                for probe in probes
            }
            for split in self.data.inputs
        }


def added(shards: Iterable[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The sums of all shards as of one."""
    total: dict[str, Tensor] = {}
    for shard in shards:
        total = {name: total[name] + each if total else each for name, each in shard.items()}
    return total
