"""One pass over a split against loops over its images."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe_sets import new_probes
from nodal.snp.groups import GROUPINGS, random_groups
from nodal.training.evaluation import evaluate
from nodal.training.head_answers import group_answers, group_counts
from tests.conftest import LABELS, PROBE, TAPS


@torch.no_grad()
@pytest.mark.parametrize(("chunk", "joined"), [(500, 64), (4, 64), (4, 10), (4, 1)])
def test_means_and_counts_are_those_of_single_images(
    network: CCT, data: Dataset, plain: Augment, chunk: int, joined: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodal.training.inputs_at_once.CHUNK_VALUES", 3 * chunk * 12 * 12)
    monkeypatch.setattr("nodal.training.pooled.AT_ONCE", joined)
    images, labels = data.inputs["test"], data.labels["test"]
    taps = {name: TAPS[name] for name in ("attention2", "linear1_out1")}
    assert taps["attention2"].heads == 4
    torch.manual_seed(0)
    probes = new_probes(network, taps, plain.plain(images[:1]), LABELS, PROBE | {"bias": True})
    for probe in probes.values():
        torch.nn.init.normal_(probe.fc.weight)
        torch.nn.init.normal_(probe.fc.bias)
    found = evaluate(network, probes, taps, images, labels, plain)
    for name, probe in probes.items():
        width = probe.fc.in_features
        parts = [probe]
        for head in range(4 if name == "attention2" else 0):
            part = copy.deepcopy(probe)
            outside = torch.ones(width, dtype=torch.bool)
            outside[head * width // 4 : (head + 1) * width // 4] = False
            part.fc.weight[:, outside] = 0
            parts.append(part)
        mean = torch.zeros(width, LABELS)
        correct = torch.zeros(len(parts), LABELS, dtype=torch.int64)
        for image, label in zip(images, labels, strict=True):
            tokens = collect(network, plain.plain(image[None]), {name: taps[name]})[name]
            mean[:, label] += probe.pooled(tokens)[0] / (labels == label).sum()
            for row, part in enumerate(parts):
                correct[row, label] += int(part(tokens).argmax() == label)
        at = found[name]
        torch.testing.assert_close(at.pooled_mean, mean)
        assert at.pooled_mean.dtype == torch.float32
        assert at.images.tolist() == [int((labels == label).sum()) for label in range(LABELS)]
        assert at.images.tolist() != [5] * LABELS
        assert at.head_correct.shape == (len(parts) - 1, LABELS)
        torch.testing.assert_close(torch.vstack([at.correct, at.head_correct]), correct, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (
            lambda i, y: (i.numpy(), y),
            TypeError,
            "images: ndarray where a tensor [B, 3, H, W] of torch.uint8",
        ),
        (
            lambda i, y: (i.float(), y),
            TypeError,
            "images: torch.float32 where a tensor [B, 3, H, W] of torch.uint8",
        ),
        (lambda i, y: (i[:, :1], y), ValueError, "images: have shape [2, 1, 12, 12] where [B, 3, H, W]"),
        (lambda i, y: (i[:0], y[:0]), ValueError, "labels: are none where at least one is needed"),
        (
            lambda i, y: (i, y.tolist()),
            TypeError,
            "labels: list where a tensor [N] of torch.int64 is needed",
        ),
        (lambda i, y: (i, y.int()), TypeError, "labels: torch.int32 where a tensor [N] of torch.int64"),
        (lambda i, y: (i, y[:-1]), ValueError, "labels: have shape [26] where [27] is needed"),
        (lambda i, y: (i, y + 1), ValueError, "labels: 1 to 6 where 0 to 5 is needed"),
        (lambda i, y: (i, y - 1), ValueError, "labels: -1 to 4 where 0 to 5 is needed"),
        # The last label, without which there would be a row less, and one before it, whose mean would be nan.
        (
            lambda i, y: (i, y.clamp(max=4)),
            ValueError,
            "labels: 5 does not occur where each of 6 is needed",
        ),
        (lambda i, y: (i, y.masked_fill(y == 2, 3)), ValueError, "labels: 2 does not occur"),
    ],
)
def test_wrong_arguments_are_named(
    network: CCT, data: Dataset, plain: Augment, change, error: type[Exception], said: str
) -> None:
    taps = {"block2": TAPS["block2"]}
    probes = new_probes(network, taps, plain.plain(data.inputs["test"][:1]), LABELS, PROBE)
    images, labels = change(data.inputs["test"], data.labels["test"])
    with pytest.raises(error) as caught:
        evaluate(network, probes, taps, images, labels, plain)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_heads_that_do_not_divide_the_nodes_are_named(network: CCT, data: Dataset, plain: Augment) -> None:
    taps = {"block2": dataclasses.replace(TAPS["block2"], heads=5)}
    images, labels = data.inputs["test"], data.labels["test"]
    probes = new_probes(network, taps, plain.plain(images[:1]), LABELS, PROBE)
    said = r"^heads: 5 do not divide the 16 nodes of the tap block2$"
    with pytest.raises(ValueError, match=said):
        evaluate(network, probes, taps, images, labels, plain)


@torch.no_grad()
def test_groups_of_nodes_stand_in_for_heads(network: CCT, data: Dataset, plain: Augment) -> None:
    images, labels, taps = data.inputs["test"], data.labels["test"], {"attention2": TAPS["attention2"]}
    torch.manual_seed(0)
    probes = new_probes(network, taps, plain.plain(images[:1]), LABELS, PROBE | {"bias": True})
    probe = probes["attention2"]
    nodes = probe.fc.in_features
    drawn = random_groups(nodes, seed=3, tap=1)
    assert drawn.shape == (GROUPINGS, nodes)
    assert (np.sort(drawn, axis=1) == np.arange(nodes)).all()
    orders = {"attention2": np.stack([np.arange(nodes), drawn[0]])}
    answered = group_answers(network, probes, taps, images, labels, plain, orders)
    own = evaluate(network, probes, taps, images, labels, plain)["attention2"]
    counted = group_counts(answered, own.images)
    assert all(keys["tap"] == "attention2" and torch.equal(each, own.images) for keys, each, _ in counted)
    found = {(keys["grouping"], keys["head"]): correct for keys, _, correct in counted}
    for head, correct in enumerate([own.correct, *own.head_correct]):
        assert torch.equal(found[1, head], correct)  # in their own order the groups are the heads
    assert torch.equal(found[2, 0], own.correct)  # all groups together are the probe
    tokens = collect(network, plain.plain(images), taps)["attention2"]
    for group, inside in enumerate(torch.from_numpy(drawn[0]).view(4, -1), 1):
        part = copy.deepcopy(probe)
        part.fc.weight[:, [each for each in range(nodes) if each not in inside]] = 0
        right = labels[part(tokens).argmax(1) == labels]
        assert torch.equal(found[2, group], torch.bincount(right, minlength=LABELS))
