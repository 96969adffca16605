"""D5 on made-up tables of a CNN's pruning: what passes, and what does not beside Wanda."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from nodal.claims.judging import claim_table
from nodal.claims.verdicts import NOT, NOT_TESTABLE, PARTLY, REPRODUCED, UNDISTINGUISHED

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())
JUDGED = [each for each in CLAIMS if each["id"] in ("D5", "D5.hidden")]
SEEDS = (0, 1, 2)
MEASURES = pd.DataFrame({"measure": "network_cnn", "value": 0.95, "control": 0.01, "seed": SEEDS})


def verdicts(
    *, andc: float = 0.95, wanda: float = 0.8, density: float = 0.008, layer: str = "linear", cnn: bool = True
) -> dict[str, str]:
    rows = [
        {
            "pruned": pruned,
            "threshold": at,
            "mask": mask,
            "seed": seed,
            "density": density,
            "retrained": value,
        }
        for pruned, at in (("fc", 0.3), ("fc", 0.6), ("block", float("nan")))
        for mask, value in (("andc", andc), ("wanda", wanda), ("unpruned", 0.951))
        for seed in SEEDS
    ]
    layers = [
        {"layer": layer, "side": side, "dilution": 1 - density, "seed": seed}
        for side in ("input", "output")
        for seed in SEEDS
    ]
    tables = {"measures": MEASURES}
    if cnn:
        tables |= {"cnn_table3_pruning": pd.DataFrame(rows), "cnn_table3": pd.DataFrame(layers)}
    found = claim_table(JUDGED, tables, {"cnn": "filters"}, {"cnn": False})
    return dict(zip(found["id"], found["verdict"], strict=True))


def test_all_that_the_paper_says() -> None:
    assert verdicts() == {"D5": REPRODUCED, "D5.hidden": REPRODUCED}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"andc": 0.93}, PARTLY),
        ({"andc": 0.9}, NOT),
        ({"wanda": 0.96}, UNDISTINGUISHED),
        ({"density": 0.02}, NOT),
        ({"cnn": False}, NOT_TESTABLE),
    ],
)
def test_what_is_missing_is_seen(change: dict[str, float], verdict: str) -> None:
    assert set(verdicts(**change).values()) == {verdict}


def test_a_pruned_convolution_says_nothing_of_a_hidden_layer() -> None:
    assert verdicts(layer="conv") == {"D5": REPRODUCED, "D5.hidden": NOT_TESTABLE}
