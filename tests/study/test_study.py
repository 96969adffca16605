"""The study of a user's own network: in ten lines, and the same numbers as the workflow's functions."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset
from torchvision.models import resnet18

import nodal
from nodal.attention.chance import null_appearances
from nodal.attention.ownership import head_appearances
from nodal.augment.preparation import preparation
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.probe_sets import new_probes
from nodal.paper import THRESHOLD
from nodal.pruning.andc import andc_mask, fc_mask
from nodal.snp.averages import averages, mean_averages
from nodal.snp.clusters import clusters
from nodal.snp.matrix import Snp
from nodal.snp.rotations import ROTATIONS, rotations
from nodal.study.data import dataset
from nodal.training.evaluation import evaluate
from nodal.training.probes import train_probes
from nodal.workflow.settings.stages import ProbeSet
from tests.conftest import TAPS, small_cct

SHORT = {"epochs": 2, "batch": 12}


class Pictures(TensorDataset):
    """Random images with names for their labels, as torchvision's data sets have them."""

    classes = ("cat", "dog", "ship")


def pictures(seed: int) -> Pictures:
    images = torch.randn(30, 3, 16, 16, generator=torch.Generator().manual_seed(seed))
    return Pictures(images, torch.arange(30) % 3)


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    torch.manual_seed(0)
    return resnet18(num_classes=3)


@pytest.fixture(scope="module")
def found(resnet: nn.Module) -> nodal.Study:
    train, test = (DataLoader(pictures(seed), batch_size=8) for seed in (0, 1))
    taps = {"layer4": "layer4", "middle": nodal.Input("layer4.1.conv2"), "pooled": nodal.Output("avgpool")}
    return nodal.study(resnet, train, test, taps, recipe=SHORT)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def test_ten_lines_on_a_resnet(resnet: nn.Module, found: nodal.Study) -> None:
    assert list(found) == ["layer4", "middle", "pooled"]
    assert found.accuracies.shape == (3, 2)
    table = found.table(0.3)
    assert list(table.index) == list(found)
    assert {"accuracy", "clusters", "noise", "snr", "snr_heldout", "snr_shuffled", "snr_rotated"} <= set(
        table
    )
    at = found["layer4"]
    groups = at.clusters(0.3)
    for node in range(len(groups.numbers)):
        named = [[at.names[i] for i in np.flatnonzero(groups.numbers[node] == n)] for n in range(3)]
        assert groups.labels(node) == [each for each in named if each]
    assert {"cat", "dog", "ship"} == {name for labels in groups.frame()["labels"] for name in labels}
    assert groups.frame()["size"].sum() == groups.sets.sum()


def test_a_study_reads_well(found: nodal.Study) -> None:
    at = found["layer4"]
    assert (
        repr(found)
        .splitlines()[1]
        .startswith("  layer4, the output of layer4: 512 nodes, 3 labels; probe 0.")
    )
    assert repr(at.clusters(0.3)).startswith("layer4 at 0.3: 512 nodes, ")
    assert [line.split()[0] for line in repr(at.snr(0.3)).splitlines()[2:]] == [
        "own", "heldout", "shuffled", "rotated",
    ]  # fmt: skip
    assert repr(at.heads(4)).splitlines()[1].startswith("  head 0: ")


def test_pictures_of_a_study(found: nodal.Study) -> None:
    at = found["layer4"]
    node = int(at.clusters(0.3).numbers.max(1).argmax())
    axes = at.plot(node, 0.3)
    kinds = axes.images[0].get_array()
    assert kinds is not None
    sizes = [len(labels) for labels in at.clusters(0.3).labels(node)]
    assert int((kinds == 2).sum()) == sum(size**2 for size in sizes)  # in clusters
    assert int((kinds > 0).sum()) == int((at.matrix(node) > 0.3).sum())
    assert {text.get_text() for text in axes.get_xticklabels()} == {"cat", "dog", "ship"}
    bars = at.snr(0.3).plot().patches
    assert [bar.get_height() for bar in bars] == at.snr(0.3).frame()["snr"].tolist()
    given = plt.subplots()[1]
    assert at.heads(4).plot(given) is given
    assert given.images[0].get_array().sum() == at.heads(4).counts.sum()


def test_masks_prune_the_layers_between_taps_and_the_last_one(resnet: nn.Module, found: nodal.Study) -> None:
    masks = found.masks("layer4", 0.4)
    sets = {name: at.clusters(0.4).sets for name, at in found.items()}
    assert masks.keys() == {"layer4.1.conv2.weight", "fc.weight"}
    assert (masks["fc.weight"] == fc_mask(sets["layer4"])).all()
    kernel = andc_mask(sets["layer4"], sets["middle"])
    assert (masks["layer4.1.conv2.weight"] == kernel).all()
    assert 0 < kernel.mean() < 1
    assert found.masks("middle", 0.4).keys() == {"layer4.1.conv2.weight"}  # a convolution is before `fc`
    assert found.masks("pooled", 0.4).keys() == {"fc.weight"}
    before = {name: value.clone() for name, value in resnet.named_parameters()}
    kept = nodal.prune(resnet, masks)
    with torch.no_grad():
        resnet.get_parameter("fc.weight").add_(1)
    kept.apply()
    for name, value in resnet.named_parameters():
        wanted = before[name] + (name == "fc.weight")
        if name in masks:
            mask = torch.as_tensor(masks[name])
            wanted = wanted * mask.reshape(*mask.shape, *[1] * (value.ndim - 2))
        torch.testing.assert_close(value, wanted, rtol=0, atol=0)
    resnet.load_state_dict(before, strict=False)


def test_without_a_neighbour_there_is_no_mask(resnet: nn.Module) -> None:
    data = pictures(0).tensors
    early = nodal.study(resnet, data, data, {"early": "layer1"}, recipe=SHORT | {"epochs": 1})
    with pytest.raises(
        ValueError, match=r"^masks: the study has no tap at the other end of a layer at 'early'"
    ):
        early.masks("early")
    with pytest.raises(KeyError, match="no tap 'late' in this study; there is early"):
        early["late"]


def test_the_numbers_are_those_of_the_workflow(network: CCT, data: Dataset) -> None:
    names = ["qkv_out2", "attention2", "block2"]
    taps = {name: TAPS[name] for name in names}
    recipe = {"epochs": 3, "batch": 12, "lr": 1e-2, "augment": {"shift": 1}, "pooling": "mean"}
    parts = {split: (data.inputs[split], data.labels[split].numpy()) for split in data.inputs}
    modes = [module.training for module in network.modules()]
    drawn = torch.get_rng_state()
    found = nodal.study(
        network, parts["train"], parts["test"], taps, heldout=parts["heldout"], labels=data.names,
        recipe=recipe, seed=3,
    )  # fmt: skip
    assert torch.equal(torch.get_rng_state(), drawn)
    assert [module.training for module in network.modules()] == modes

    whole = ProbeSet.model_validate(recipe).model_dump()
    prepare = preparation(data.inputs["train"], "image", whole["augment"])
    torch.manual_seed(3)
    probes = new_probes(network, taps, prepare.plain(data.inputs["train"][:1]), 6, whole)
    train_probes(network, probes, taps, data, prepare, whole, seed=3)
    measured = {
        split: evaluate(network, probes, taps, data.inputs[split], data.labels[split], prepare)
        for split in ("test", "heldout")
    }
    for place, name in enumerate(names):
        own, heldout = (
            Snp(measured[s][name].pooled_mean, probes[name].weights()) for s in ("test", "heldout")
        )
        at = found[name]
        for ours, theirs in ((at.snp, own), (at.heldout, heldout)):
            assert (ours.pooled_mean == theirs.pooled_mean).all()
            assert (ours.weight == theirs.weight).all()
        assert at.tap == taps[name]
        assert at.accuracy == float(measured["test"][name].correct.sum() / 27)
        assert at.accuracy_heldout == float(measured["heldout"][name].correct.sum() / 12)
        (numbers,) = clusters(own, [0.25], "diagonal")
        assert (at.clusters(0.25, "diagonal").numbers == numbers).all()
        snr = at.snr(0.25)
        assert snr.own == averages(own, [0.25], "first_fit")[0]
        assert snr.heldout == averages(heldout, [0.25], "first_fit")[0]
        shuffled = own.shuffled(np.random.default_rng([3, place]))
        assert snr.shuffled == averages(shuffled, [0.25], "first_fit")[0]
        turned = [averages(each, [0.25], "first_fit")[0] for each in rotations(own, ROTATIONS, 3, place)]
        assert snr.rotated == mean_averages(turned)
    sets = found["attention2"].clusters().sets
    heads = found["attention2"].heads(4, ratio=1.5, draws=200)
    assert (heads.counts == head_appearances(sets, 4)).all()
    assert (heads.null == null_appearances(sets, 4, 200, np.random.default_rng([3, 1]))).all()
    at_least = sum(int(each >= heads.owned) for each in heads.null_owned)
    assert heads.p == (1 + at_least) / 201
    assert [len(heads.labels(head)) for head in range(4)] == np.bincount(heads.owners + 1, minlength=5)[
        1:
    ].tolist()
    assert heads.frame()["owner"].tolist() == heads.owners.tolist()
    assert found["attention2"].clusters().threshold == THRESHOLD


def test_a_data_file_of_the_workflow_brings_its_names_and_held_out_inputs(
    data: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "data.safetensors"
    data.save(path)
    model, taps = small_cct(), {"last": TAPS["block2"]}
    parts = {split: (data.inputs[split], data.labels[split]) for split in data.inputs}
    by_path = nodal.study(model, path, path, taps, recipe=SHORT)
    by_hand = nodal.study(model, parts["train"], parts["test"], taps, heldout=parts["heldout"], recipe=SHORT)
    assert by_path["last"].names == data.names
    assert by_hand["last"].names == tuple("012345")
    assert (by_path["last"].heldout.pooled_mean == by_hand["last"].heldout.pooled_mean).all()


def test_a_tenth_of_each_label_is_held_out_where_nothing_is_given() -> None:
    train = DataLoader(Subset(pictures(0), range(30)), 8)
    found = dataset(train, pictures(1).tensors, None, None, seed=0)
    assert found.names == ("cat", "dog", "ship")
    assert torch.bincount(found.labels["heldout"]).tolist() == [1, 1, 1]
    assert torch.bincount(found.labels["train"]).tolist() == [9, 9, 9]
    both = torch.cat([found.inputs["train"], found.inputs["heldout"]])
    assert len(both.unique(dim=0)) == 30
    assert (found.inputs["test"] == pictures(1).tensors[0]).all()
