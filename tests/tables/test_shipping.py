"""The table and the figure of shipped networks show what was counted and timed."""

import numpy as np
import pandas as pd

from nodal.figures.shipping import LOOK, accuracy_against_speed
from nodal.tables.shipping import shipping

ABOUT = {"machine": "a machine", "threads": 1, "load": 0.5, "versions": {"torch": "2"}}
SIZES = {
    "bytes": {"dense": 4000, "groups": 1200, "unstructured_csr": 2100},
    "bytes_onnx": {"dense": 9, "groups": 5},
}


def counts(seed: int) -> pd.DataFrame:
    rows = [
        {
            "network": network, "parameters": 1000 // (place + 1), "nonzero": 900 // (place + 1) + seed,
            "macs": 50, "macs_left": 40, "split": split, "label": label, "images": 4,
            "correct": place + seed + label + (split == "test"),
        }
        for place, network in enumerate(SIZES["bytes"]) for split in ("heldout", "test") for label in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def table() -> tuple[pd.DataFrame, pd.DataFrame]:
    latency = pd.DataFrame(
        [
            {"batch": batch, "network": network, "runtime": runtime, "speed": place + 1.0,
             "milliseconds": 10.0 * batch / (place + 1)}
            for batch in (1, 64) for runtime in ("torch", "onnxruntime")
            for place, network in enumerate(SIZES["bytes"])
            if runtime == "torch" or network in SIZES["bytes_onnx"]
        ]
    )  # fmt: skip
    return shipping({0: counts(0), 1: counts(1)}, latency, SIZES, ABOUT)


def test_a_row_a_network() -> None:
    found, seeds = table()
    assert list(found["network"]) == ["dense", "groups", "unstructured_csr"]
    groups, csr = (found.set_index("network").loc[name] for name in ("groups", "unstructured_csr"))
    assert groups["accuracy_mean"] == np.mean([5 / 8, 7 / 8])
    assert groups["accuracy_heldout_mean"] == np.mean([3 / 8, 5 / 8])
    assert groups["accuracy_sd"] == np.std([5 / 8, 7 / 8], ddof=1)
    assert (groups["parameters"], groups["nonzero"], groups["macs"], groups["macs_left"]) == (
        500,
        450,
        50,
        40,
    )
    assert (groups["bytes"], groups["bytes_onnx"]) == (1200, 5)
    assert (groups["torch_64_ms"], groups["torch_64_speed"]) == (320, 2)
    assert groups["machine"] == "a machine, 1 thread, load 0.5; torch 2"
    assert pd.isna(csr["bytes_onnx"])
    assert pd.isna(csr["onnxruntime_1_speed"])
    assert len(seeds) == 6
    assert seeds.set_index(["network", "seed"]).loc[("groups", 1), "nonzero"] == 451


def test_every_network_is_a_point_in_each_panel_in_which_it_was_timed() -> None:
    found, _ = table()
    panels = accuracy_against_speed(found).axes
    assert [panel.get_title() for panel in panels] == [
        f"{runtime}, batch of {batch}" for runtime in ("torch", "onnxruntime") for batch in (1, 64)
    ]
    for panel, expected in zip(panels, (3, 3, 2, 2), strict=True):
        assert len(panel.containers) == expected
        for each in panel.containers:
            (network,) = [name for name, look in LOOK.items() if look[2] == each.get_label()]
            row = found.set_index("network").loc[network]
            assert each.lines[0].get_xdata()[0] == row["torch_1_speed"]
            assert each.lines[0].get_ydata()[0] == row["accuracy_mean"]
    assert len({look[:2] for look in LOOK.values()}) == len(LOOK)
