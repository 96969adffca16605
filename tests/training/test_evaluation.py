"""One pass over a split against loops over its images."""

import copy

import pytest
import torch

from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.training.evaluation import evaluate, label_counts
from nodal.training.probes import new_probes
from tests.conftest import LABELS, PROBE


@torch.no_grad()
@pytest.mark.parametrize("chunk", [500, 4])
def test_means_and_counts_are_those_of_single_images(
    network: CCT, data: Dataset, plain: Augment, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodal.training.memory.CHUNK_PIXELS", chunk * 12 * 12)
    images, labels = data.images["test"], data.labels["test"]
    taps = {name: network.taps()[name] for name in ("attention2", "linear1_out1")}
    torch.manual_seed(0)
    probes = new_probes(network, taps, plain.plain(images[:1]), LABELS, PROBE | {"bias": True})
    for probe in probes.values():
        torch.nn.init.normal_(probe.fc.weight)
        torch.nn.init.normal_(probe.fc.bias)
    found = evaluate(network, probes, taps, images, labels, plain, 4)
    for name, probe in probes.items():
        width = probe.fc.in_features
        parts = [probe]
        for group in range(4):
            part = copy.deepcopy(probe)
            outside = torch.ones(width, dtype=torch.bool)
            outside[group * width // 4 : (group + 1) * width // 4] = False
            part.fc.weight[:, outside] = 0
            parts.append(part)
        mean = torch.zeros(width, LABELS)
        correct = torch.zeros(5, LABELS, dtype=torch.int64)
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
        torch.testing.assert_close(torch.vstack([at.correct, at.group_correct]), correct, rtol=0, atol=0)


@torch.no_grad()
def test_label_counts_of_the_whole_network(network: CCT, data: Dataset, plain: Augment) -> None:
    images, labels = data.images["test"], data.labels["test"]
    counts, correct = label_counts(network, images, labels, plain)
    right = [
        int(network(plain.plain(image[None])).argmax() == label)
        for image, label in zip(images, labels, strict=True)
    ]
    assert counts.tolist() == [int((labels == label).sum()) for label in range(LABELS)]
    assert correct.tolist() == [
        sum(r for r, label in zip(right, labels, strict=True) if label == i) for i in range(LABELS)
    ]
    assert correct.sum() > len(labels) / 3  # it has learnt something
