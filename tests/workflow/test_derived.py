"""What a run leaves out follows from its architecture: sets, taps, stages, figures."""

import copy
from typing import Any

import pytest
import yaml

from nodal.architectures.cct import POINTS
from nodal.workflow.settings import checked
from tests.chain.workflow import ROOT, TINY

ENDS = ["qkv_in", "qkv_out", "attention", "proj_out", "linear1_in", "linear1_out", "block"]
STAGES = ("pruning", "fc_pruning", "specialisation", "figures")


def run(**settings: Any) -> dict[str, Any]:
    """The completed run of a network of three blocks with these settings."""
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"] = {"dataset": "tiny", "model": {"depth": 3}, **settings}
    return checked(config)["runs"]["tiny"]


def taps(found: dict[str, Any]) -> dict[str, list[str]]:
    return {name: probes["taps"] for name, probes in found["probes"].items()}


def test_a_run_without_probes_has_all_its_architecture_allows() -> None:
    found = run()
    assert taps(found) == {
        "blocks": ["block1", "block2", "block3"],
        "layers": [f"{end}3" for end in ENDS],
        "heads": ["attention1", "attention2", "attention3"],
        "every": [f"{kind}{block}" for block in (1, 2, 3) for kind in POINTS],
    }
    assert [probes["split"] for probes in found["probes"].values()] == ["test", "test", "train", "test"]
    assert {probes["pooling"] for probes in found["probes"].values()} == {"sequence"}
    assert (found["pruning"]["probe"], found["pruning"]["block"]) == ("layers", 3)
    assert found["pruning"]["thresholds"] == dict.fromkeys(ENDS, 0.3)
    assert found["pruning"]["retrain"]["epochs"] == 3
    fc = found["fc_pruning"]
    assert (fc["probe"], fc["tap"], fc["thresholds"]) == ("blocks", "block3", [0.3])
    assert found["specialisation"] == {"probe": "heads", "threshold": 0.3, "ratio": 2.0, "draws": 1000}
    assert found["figures"]["sweep"] == ["blocks/block3", "blocks/block2"]
    assert found["figures"]["examples"] == ["blocks/block3", "layers/linear1_out3"]
    assert found["pretrain"]["epochs"] == 30


def test_a_network_with_one_head_a_block_has_no_heads() -> None:
    found = run(model={"depth": 1, "heads": 1})
    assert list(found["probes"]) == ["blocks", "layers", "every"]
    assert "specialisation" not in found
    assert found["figures"]["sweep"] == ["blocks/block1"]


def test_the_block_to_prune_moves_the_taps_of_its_set() -> None:
    found = run(pruning={"block": 1})
    assert found["pruning"]["thresholds"] == dict.fromkeys(ENDS, 0.3)
    assert taps(found) == taps(run()) | {"layers": [f"{end}1" for end in ENDS]}
    assert found["figures"]["examples"] == ["blocks/block3", "layers/linear1_out1"]
    assert {stage: found[stage] for stage in ("fc_pruning", "specialisation")} == {
        stage: run()[stage] for stage in ("fc_pruning", "specialisation")
    }


def test_another_pruned_block_has_a_probe_set_of_its_own() -> None:
    probes = {"blocks": {}, "layers": {"epochs": 4, "taps": ["layers", "proj_only3"]}}
    found = run(probes=probes, pruning={"also": 1})
    assert taps(found)["layers_also"] == [f"{end}1" for end in ENDS]
    assert taps(found)["layers"] == [*(f"{end}3" for end in ENDS), "proj_only3"]
    own, other = (found["probes"][name] | {"taps": None} for name in ("layers", "layers_also"))
    assert own == other
    assert "layers_also" not in run(probes=probes, pruning={})["probes"]


def test_a_run_with_probes_has_only_the_stages_it_names() -> None:
    found = run(probes={"blocks": {}, "layers": {"thresholds": [0.3, 0.5]}}, fc_pruning={})
    assert [stage for stage in STAGES if stage in found] == ["fc_pruning"]
    assert taps(found) == {"blocks": ["block1", "block2", "block3"], "layers": [f"{end}3" for end in ENDS]}
    assert found["fc_pruning"]["tap"] == "block3"
    stages = run(probes={"blocks": {"taps": ["block2", "block1"]}}, fc_pruning={}, figures={})
    assert stages["fc_pruning"]["tap"] == "block1"  # the last one named
    assert stages["figures"]["examples"] == ["blocks/block1"]  # no pruned layer without pruning
    assert stages["figures"]["sweep"] == ["blocks/block1", "blocks/block2"]


def test_words_among_taps_stand_for_taps_in_their_place() -> None:
    found = run(
        probes={
            "one": {"taps": "blocks"},
            "two": {"taps": ["qkv_out1", "heads"]},
            "three": {"taps": ["block1", "layers", "block2"]},
            "four": {"taps": "readout"},
            "readout": {},
        },
        pruning={"probe": "three", "block": 3},
    )
    assert taps(found) == {
        "one": ["block1", "block2", "block3"],
        "two": ["qkv_out1", "attention1", "attention2", "attention3"],
        "three": ["block1", *(f"{end}3" for end in ENDS), "block2"],
        "four": ["readout"],
        "readout": ["readout"],
    }


def test_one_threshold_is_that_of_every_kind_of_tap() -> None:
    probes = {"layers": {"thresholds": [0.3, 0.5]}}
    assert run(probes=probes, pruning={"thresholds": 0.5})["pruning"]["thresholds"] == dict.fromkeys(
        ENDS, 0.5
    )
    each = dict.fromkeys(ENDS, 0.3) | {"block": 0.5}
    assert run(probes=probes, pruning={"thresholds": each})["pruning"]["thresholds"] == each


def test_what_is_derived_is_derived_again() -> None:
    """A completed configuration is a configuration, and says the same."""
    for settings in (
        {},
        {"pruning": {"block": 1, "also": 2}},
        {"probes": {"heads": {}}, "specialisation": {}},
    ):
        found = run(**settings)
        assert run(**found) == found


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"probes": {"mine": {}}}, "probes.mine.taps: no taps: name some, or `blocks`, `layers`"),
        ({"model": {"depth": 2, "heads": 1}, "probes": {"heads": {}}}, "probes.heads.taps: no taps: "),
        ({"probes": {"mine": {"taps": ["block1", "blocks"]}}}, "probes.mine.taps: 'block1' is named more"),
        (
            {"probes": {"mine": {"taps": ["readout", "block1"]}}},
            "probes.mine.taps: the network's own readout",
        ),
        ({"probes": {"readout": {"norm": "final"}}}, "probes.readout.taps: the network's own readout is a"),
        ({"probes": {"blocks": {"pooling": "max"}}}, "probes.blocks.pooling: 'max' should be 'sequence',"),
        ({"probes": {"heads": {"taps": "attenton1"}}}, "probes.heads.taps: tap 'attenton1' does not exist"),
        (
            {"probes": {"blocks": {}}, "pruning": {}},
            "pruning.probe: 'layers' does not exist; there is blocks",
        ),
        ({"pruning": {"thresholds": 1.5}}, "pruning.thresholds: 1.5 should be less than 1"),
        ({"pruning": {"thresholds": 0.5}}, "pruning.thresholds.qkv_in: 0.5 is not among the probe set's"),
        ({"pruning": {"also": 3}}, "pruning.also: block 3 is pruned already: another, or null"),
        ({"pruning": {"also": 4}}, "pruning.also: the network has no block 4, only 1 to 3"),
        ({"pruning": {"block": 0}}, "pruning.block: 0 should be greater than or equal to 1"),
        ({"fc_pruning": {"probe": "layers"}}, "fc_pruning.probe: qkv_in3 and qkv_out3 are of the same block"),
        (
            {"model": {"heads": 1}, "probes": {"blocks": {}}, "specialisation": {"probe": "blocks"}},
            "specialisation.probe: block1 in blocks has no heads: the network has none",
        ),
        (
            {
                "probes": {"mine": {"taps": ["block1"]}},
                "pruning": {"probe": "mine", "block": 4},
                "figures": {},
            },
            "pruning.block: the network has no block 4, only 1 to 3",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=": ") as caught:
        run(**settings)
    assert str(caught.value).startswith(f"runs.tiny.{said}")
    assert "\n" not in str(caught.value)


def test_two_taps_of_heads_in_one_block_are_refused() -> None:
    config = yaml.safe_load((ROOT / "examples" / "own_encoder.yaml").read_text())
    [settings] = config["runs"].values()
    settings["model"]["file"] = str(ROOT / settings["model"]["file"])
    settings["model"]["taps"] = {
        name: {"module": f"encoder.layers.0.{name}", "heads": 4} for name in ("norm1", "norm2")
    }
    with pytest.raises(ValueError, match=r"specialisation.probe: norm1 and norm2 are of the same block"):
        checked(config)
