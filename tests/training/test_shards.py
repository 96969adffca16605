"""What shards of the splits add up to is what one pass over all of them finds."""

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.files.tensors import read_tensors, write_tensors
from nodal.models.cct import CCT
from nodal.models.probe_sets import new_probes
from nodal.training.evaluation import evaluate
from nodal.training.shards import NETWORKS, Probed, ProbedNetworks, added
from tests.conftest import LABELS, PROBE, TAPS

OWN = {name: TAPS[name] for name in ("attention2", "linear1_out1")}
SPLITS = ("heldout", "test")


@pytest.fixture
def probed(network: CCT, data: Dataset, plain: Augment) -> ProbedNetworks:
    """The same network in both places, with other probes."""
    splits = Dataset(
        {split: data.inputs[split] for split in SPLITS},
        {split: data.labels[split] for split in SPLITS},
        data.names,
    )
    networks = {}
    for number, name in enumerate(NETWORKS):
        torch.manual_seed(number)
        probes = new_probes(network, OWN, plain.plain(data.inputs["test"][:1]), LABELS, PROBE)
        for probe in probes.values():
            torch.nn.init.normal_(probe.fc.weight)
        networks[name] = Probed(network, probes)
    return ProbedNetworks(splits, OWN, OWN, plain, networks)


def test_one_shard_is_a_pass_over_each_split(probed: ProbedNetworks, data: Dataset, plain: Augment) -> None:
    found = probed.sums(groups=None)
    for name, (network, probes) in probed.networks.items():
        measured = probed.measured(found, name)
        assert list(measured) == list(SPLITS)
        for split, taps in measured.items():
            own = evaluate(network, probes, OWN, data.inputs[split], data.labels[split], plain)
            for tap, at in taps.items():
                for part, value in vars(at).items():
                    assert torch.equal(value, getattr(own[tap], part)), (name, split, tap, part)
    trained, untrained = (probed.measured(found, name)["test"]["attention2"] for name in NETWORKS)
    assert not torch.equal(trained.pooled_mean, untrained.pooled_mean)


@pytest.mark.parametrize("shards", [2, 3, 12])
def test_shards_add_up_to_one_pass(probed: ProbedNetworks, tmp_path: Path, shards: int) -> None:
    whole = probed.sums(groups=7)
    files = []
    for number in range(1, shards + 1):
        files.append(tmp_path / f"{number}.safetensors")
        write_tensors(files[-1], probed.sums(groups=7, shard=(number, shards)))
    total = added(map(read_tensors, files))
    assert total.keys() == whole.keys()
    assert total["groups/attention2"].any()
    for name, value in whole.items():
        if name.endswith("/pooled"):
            torch.testing.assert_close(total[name], value, rtol=1e-5, atol=1e-5)
            assert total[name].dtype == torch.float64
        else:
            assert torch.equal(total[name], value), name
    one, first = (sum(int(each.sum()) for name, each in of.items() if name.endswith("/images")) for of in
                  (whole, read_tensors(files[0])))  # fmt: skip
    assert first < one  # a shard is less than all


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(count=st.integers(1, 12), kind=st.sampled_from(SPLITS))
def test_shards_are_the_splits_in_their_order(data: Dataset, count: int, kind: str) -> None:
    parts = [data.shard(number, count) for number in range(1, count + 1)]
    for whole, pieces in (
        (data.inputs[kind], [part.inputs[kind] for part in parts]),
        (data.labels[kind], [part.labels[kind] for part in parts]),
    ):
        assert torch.equal(torch.cat(pieces), whole)
        assert max(map(len, pieces)) - min(map(len, pieces)) <= 1
        assert all(
            piece.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr() for piece in pieces
        )


def test_more_shards_than_inputs_are_refused(data: Dataset) -> None:
    few = min(len(labels) for labels in data.labels.values())
    said = rf"^shards: {few + 1} where the split \w+ has {few} inputs: take fewer$"
    with pytest.raises(ValueError, match=said):
        data.shard(1, few + 1)
