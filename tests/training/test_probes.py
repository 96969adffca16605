"""Probes on a frozen network: together as alone, cached as computed anew."""

import copy
import dataclasses
import re
from typing import Any

import pytest
import torch
from torch import nn

from nodal.architectures.architecture import Tap
from nodal.augment.pipeline import Augment
from nodal.data.dataset import Dataset
from nodal.models.cct import CCT
from nodal.models.features import collect
from nodal.models.probe import Probe, Probes
from nodal.models.probe_sets import new_probes
from nodal.training import probes as module
from nodal.training.probes import train_probes
from tests.conftest import LABELS, PROBE, TAPS

NAMES = ["block1", "block2", "qkv_out1", "linear1_out2"]
Weights = dict[str, torch.Tensor]


def fresh(network: CCT, data: Dataset, recipe: dict[str, Any], names: list[str] = NAMES) -> Probes:
    torch.manual_seed(2)
    taps = {name: TAPS[name] for name in names}
    return new_probes(network, taps, Augment().plain(data.inputs["train"][:1]), LABELS, recipe)


def trained(
    network: CCT, data: Dataset, probes: Probes, prepare: Augment, recipe: dict[str, Any] = PROBE
) -> Weights:
    probes = copy.deepcopy(probes)
    taps = {name: TAPS[name] for name in probes}
    train_probes(network, probes, taps, data, prepare, recipe, seed=3)
    return probes.state_dict()


@pytest.mark.parametrize(
    ("prepare", "changes"),
    [
        (Augment(), {}),
        (Augment(shift=1, erase=0.5), {}),
        (Augment(), {"optimizer": "sgd", "norm": "fresh", "bias": True}),
        (Augment(), {"clip": 0.05}),
    ],
    ids=["plain", "augmented", "sgd", "clip"],
)
def test_probes_train_together_as_each_alone(
    network: CCT, data: Dataset, prepare: Augment, changes: dict[str, Any]
) -> None:
    recipe = PROBE | changes
    probes = fresh(network, data, recipe)
    together = trained(network, data, probes, prepare, recipe)
    for name in NAMES:
        alone = trained(network, data, Probes({name: probes[name]}), prepare, recipe)
        assert alone.keys() == {key for key in together if key.startswith(f"{name}.")}
        for key, value in alone.items():
            torch.testing.assert_close(value, together[key], rtol=1e-5, atol=1e-6)
            assert not key.endswith("fc.weight") or not torch.allclose(
                value, probes.state_dict()[key], atol=1e-3
            )


def test_cached_features_train_as_computed_ones(
    network: CCT, data: Dataset, plain: Augment, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = fresh(network, data, PROBE)
    cached = trained(network, data, probes, plain)
    monkeypatch.setattr("nodal.training.inputs_at_once.CHUNK_VALUES", 3 * 7 * 12 * 12)
    in_chunks = trained(network, data, probes, plain)
    monkeypatch.setattr(module, "CACHE_BYTES", 0)
    computed = trained(network, data, probes, plain)
    monkeypatch.setattr(module, "inputs_in_part", lambda *_: 5)
    in_parts = trained(network, data, probes, plain)
    torch.testing.assert_close(cached, computed, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(cached, in_chunks, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(cached, in_parts, rtol=1e-4, atol=1e-5)


def test_what_two_probes_read_is_kept_once(
    network: CCT, data: Dataset, plain: Augment, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = fresh(network, data, PROBE, ["block2"])
    alone = trained(network, data, own, plain)
    images, epochs = len(data.inputs["train"]), []
    for room in (images * 36 * 16 * 4, images * 36 * 16 * 4 - 1):  # float32 features of one tap, and less
        monkeypatch.setattr(module, "CACHE_BYTES", room)
        probes = Probes({name: copy.deepcopy(own["block2"]) for name in ("block2", "again")})
        passed: list[int] = []
        watched = copy.deepcopy(network)
        watched.register_forward_pre_hook(lambda _, inputs, passed=passed: passed.append(len(inputs[0])))
        train_probes(watched, probes, dict.fromkeys(probes, TAPS["block2"]), data, plain, PROBE, seed=3)
        epochs.append(sum(passed) // images)
        for probe in probes.values():
            found = {f"block2.{key}": value for key, value in probe.state_dict().items()}
            torch.testing.assert_close(found, dict(alone), rtol=1e-4, atol=1e-5)
    assert epochs == [1, PROBE["epochs"]]


def test_features_are_not_kept_where_the_process_may_not_hold_them(
    network: CCT, data: Dataset, plain: Augment, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = fresh(network, data, PROBE)
    kept = trained(network, data, probes, plain)
    refused = []

    def refuse(*shape: object, **_: object) -> torch.Tensor:
        refused.append(shape)
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(torch.Tensor, "new_empty", refuse)
    computed = trained(network, data, probes, plain)
    assert len(refused) == 1
    torch.testing.assert_close(kept, computed, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("norm", "kept"), [("none", 1), ("fresh", 36)])
def test_of_a_tap_that_is_averaged_the_mean_is_kept(
    network: CCT, data: Dataset, plain: Augment, monkeypatch: pytest.MonkeyPatch, norm: str, kept: int
) -> None:
    recipe = PROBE | {"pooling": "mean", "norm": norm}
    probes = fresh(network, data, recipe)
    probe = next(iter(probes.values()))
    assert probe.fixed(torch.zeros(2, 36, probe.nodes), None).shape[1] == kept
    means = trained(network, data, probes, plain, recipe)
    monkeypatch.setattr(Probe, "fixed", lambda self, tokens, mask: tokens)
    whole = trained(network, data, probes, plain, recipe)
    torch.testing.assert_close(means, whole, rtol=1e-4, atol=1e-5)


def test_the_network_stays_as_it_is(network: CCT, data: Dataset, plain: Augment) -> None:
    before = copy.deepcopy(network.state_dict())
    mine = copy.deepcopy(network).train()
    trained(mine, data, fresh(mine, data, PROBE), plain)
    assert not mine.training
    torch.testing.assert_close(mine.state_dict(), before, rtol=0, atol=0)
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in mine.parameters())


def test_probes_learn(network: CCT, data: Dataset, plain: Augment) -> None:
    probes = fresh(network, data, PROBE, ["block2"])
    taps = {"block2": TAPS["block2"]}
    history = train_probes(network, probes, taps, data, plain, PROBE | {"epochs": 20}, seed=0)
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["accuracy"] > 0.9


def test_pooling_is_the_softmax_weighted_mean() -> None:
    torch.manual_seed(0)
    probe = Probe(5, 3)
    nn.init.normal_(probe.pool.weight)
    tokens = torch.randn(2, 4, 5)
    for image, pooled in zip(tokens, probe.pooled(tokens), strict=True):
        scores = [torch.dot(probe.pool.weight[0], token) + probe.pool.bias[0] for token in image]
        total = sum(score.exp() for score in scores)
        expected = sum(score.exp() / total * token for score, token in zip(scores, image, strict=True))
        torch.testing.assert_close(pooled, expected)
    torch.testing.assert_close(probe(tokens), probe.pooled(tokens) @ probe.fc.weight.T)


@torch.no_grad()
def test_a_probe_with_the_networks_own_weights_is_the_network(
    network: CCT, data: Dataset, plain: Augment
) -> None:
    recipe = PROBE | {"norm": "final", "final_norm": "classifier.norm", "bias": True}
    probe = fresh(network, data, recipe, ["block2"])["block2"]
    assert all(not parameter.requires_grad for parameter in probe.norm.parameters())
    probe.pool.load_state_dict(network.classifier.attention_pool.state_dict())
    probe.fc.load_state_dict(network.classifier.fc.state_dict())
    images = plain.plain(data.inputs["test"])
    tokens = collect(network, images, {"block2": TAPS["block2"]})["block2"]
    torch.testing.assert_close(probe(tokens), network(images))


def test_the_final_norm_fits_only_its_own_width(network: CCT, data: Dataset) -> None:
    with pytest.raises(
        ValueError, match=r"^norm: final is LayerNorm\(\(16,\).*; width 48 needs fresh or none$"
    ):
        fresh(network, data, PROBE | {"norm": "final", "final_norm": "classifier.norm"}, ["qkv_out1"])


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(nn.Conv2d(3, 512, 5, 5), "[1, 512, 2, 2]"), (nn.Flatten(), "[1, 432]")],
    ids=["channels", "vector"],
)
def test_a_tap_that_gives_no_tokens_is_named(data: Dataset, layer: nn.Module, shape: str) -> None:
    model = nn.Sequential(layer)
    with pytest.raises(
        ValueError, match=f"^tap x: gives {re.escape(shape)}, which is not of the layout tokens .*would fit$"
    ) as caught:
        new_probes(model, {"x": Tap("0", "output")}, Augment().plain(data.inputs["train"][:1]), LABELS, PROBE)
    assert "\n" not in str(caught.value)
    with pytest.raises(
        ValueError, match=r"tokens: have shape \[4, 512, 2, 2\] where \[inputs, positions, 5\]"
    ):
        Probe(5, 3)(torch.ones(4, 512, 2, 2))
    with pytest.raises(ValueError, match=r"tokens: have shape \[4, 2, 6\] where \[inputs, positions, 5\]"):
        Probe(5, 3).pooled(torch.ones(4, 2, 6))


def test_norms_that_are_none(network: CCT, data: Dataset) -> None:
    with pytest.raises(ValueError, match=r"^norm: 'last' where none, fresh or final is needed$"):
        fresh(network, data, PROBE | {"norm": "last"})
    model, taps = nn.Sequential(nn.Flatten(2)), {"x": Tap("0", "output")}
    with pytest.raises(ValueError, match=r"^norm: final, but the network has no LayerNorm"):
        new_probes(model, taps, torch.ones(1, 3, 2, 2), LABELS, PROBE | {"norm": "final"})


def test_labels_beyond_those_of_the_data_set(network: CCT, data: Dataset, plain: Augment) -> None:
    probes = fresh(network, data, PROBE, ["block2"])
    beyond = dataclasses.replace(data, labels={"train": data.labels["train"] + 1})
    with pytest.raises(ValueError, match=r"^labels: 1 to 6 where 0 to 5 is needed$"):
        train_probes(network, probes, {"block2": TAPS["block2"]}, beyond, plain, PROBE, seed=0)
