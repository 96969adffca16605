"""A3 and D2 on made-up unified tables: what passes, and what does not beside its twins."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from nodal.claims.judging import claim_table
from nodal.claims.verdicts import NOT, NOT_TESTABLE, PARTLY, REPRODUCED, UNDISTINGUISHED

CLAIMS = yaml.safe_load((Path(__file__).parents[2] / "claims" / "claims.yaml").read_text())
JUDGED = [each for each in CLAIMS if each["id"] in ("A3", "D2", "D2.mean")]
MEASURES = pd.DataFrame({"measure": "network_main", "value": [0.9] * 3, "control": 0.01, "seed": [0, 1, 2]})


def table(
    *, step: float = 1.0, rotated: float = 0.5, untrained: float = 0.1, diagonal: float = 10,
    vgg: float = 0.8, parameters: int = 400,
) -> pd.DataFrame:  # fmt: skip
    """A transformer, the main run, and a VGG of four blocks; twins as shares of the nodes' ratio."""
    rows = []
    for seed in (0, 1, 2):
        for run, network, role in (("glyphs", "cct", "main"), ("letters", "cct", "second"), ("a", "vgg", "")):
            for pooling in ("mean", "flatten" if network == "vgg" else "sequence"):
                accuracy = vgg + 0.01 * seed**2 if network == "vgg" else 0.9
                for block in (1, 2, 3, 4):
                    snr = 3 + step * block + 0.01 * seed
                    rows.append(
                        {
                            "role": role, "run": run, "network": network, "pooling": pooling, "block": block,
                            "parameters": parameters if network == "vgg" else 100, "labels": 100,
                            "seed": seed, "snr": snr, "snr_rotated": rotated * snr + 0.01 * seed * block,
                            "snr_untrained": 2 + untrained * (block % 2) + 0.01 * seed, "diagonal": diagonal,
                            "network_accuracy": accuracy,
                        }
                    )  # fmt: skip
    return pd.DataFrame(rows)


def verdicts(unified: pd.DataFrame | None) -> dict[str, str]:
    tables = {"measures": MEASURES} | ({} if unified is None else {"unified": unified})
    rows = claim_table(JUDGED, tables, {"main": "glyphs"}, {"main": False})
    return dict(zip(rows["id"], rows["verdict"], strict=True))


def test_all_that_the_paper_says() -> None:
    assert verdicts(table()) == dict.fromkeys(("A3", "D2", "D2.mean"), REPRODUCED)


@pytest.mark.parametrize(
    ("change", "claim", "verdict"),
    [
        ({"parameters": 150}, "A3", PARTLY),
        ({"parameters": 50}, "A3", NOT),
        ({"vgg": 0.95}, "A3", NOT),
        ({"step": -0.4}, "D2", NOT),
        ({"rotated": 1.3}, "D2", NOT),
        ({"rotated": 1.0}, "D2.mean", UNDISTINGUISHED),
        ({"diagonal": 25}, "D2", NOT),
    ],
)
def test_what_is_missing_is_seen(change: dict[str, float], claim: str, verdict: str) -> None:
    assert verdicts(table(**change))[claim] == verdict


def test_without_a_vgg_nothing_is_judged() -> None:
    without = table()
    without = without[without["network"] != "vgg"]
    assert set(verdicts(without).values()) == set(verdicts(None).values()) == {NOT_TESTABLE}
