"""Latencies: medians over turns, and ratios within a turn; no time is asserted."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch
from torch import nn

from nodal.models.onnx_file import write_onnx
from nodal.pruning import latency
from nodal.pruning.latency import fastest, latencies


def test_times_are_medians_and_speeds_ratios_within_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter([0.03, 0.04, 2.0, 1.0, 4.0, 8.0, 9.0, 3.0])  # two to warm up, then dense and small by turns
    monkeypatch.setattr(latency, "_seconds", lambda work, calls: next(turns))
    networks = {"dense": nn.Linear(4, 4), "small": nn.Linear(4, 2)}
    found = latencies(networks, {}, torch.zeros(3, 4), (2,), "dense", 3)
    assert found.to_dict("records") == [
        {"batch": 2, "network": "dense", "runtime": "torch", "milliseconds": 4000, "speed": 1},
        {"batch": 2, "network": "small", "runtime": "torch", "milliseconds": 3000, "speed": 2},
    ]


def test_each_network_answers_batches_of_each_size_in_each_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    network = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    network.register_forward_hook(lambda _, given, __: sizes.append(len(given[0])))
    write_onnx(tmp_path / "a.onnx", network, torch.randn(2, 4))
    sizes.clear()

    def once(work: Callable[[], object], calls: int) -> float:
        work()
        return 1.0

    monkeypatch.setattr(latency, "_seconds", once)
    networks = {"dense": network, "other": nn.Linear(4, 4)}
    found = latencies(networks, {"dense": tmp_path / "a.onnx"}, torch.randn(5, 4), (1, 5), "dense", 2)
    assert found[["batch", "network", "runtime"]].to_numpy().tolist() == [
        [batch, *each]
        for batch in (1, 5)
        for each in (("dense", "torch"), ("other", "torch"), ("dense", "onnxruntime"))
    ]
    assert sizes == [1] * 4 + [5] * 4


def test_the_fastest_runtime_is_each_networks_own() -> None:
    found = pd.DataFrame(
        [
            ("dense", "torch", 6.0),
            ("dense", "onnxruntime", 4.0),
            ("a", "torch", 1.0),
            ("a", "onnxruntime", 3.0),
        ],
        columns=["network", "runtime", "milliseconds"],
    ).assign(batch=64, speed=0.0)
    best = fastest(found, "dense").set_index("network")
    assert best["speed"].to_dict() == {"dense": 1, "a": 4}
    assert best["runtime"].to_dict() == {"dense": "onnxruntime", "a": "torch"}
