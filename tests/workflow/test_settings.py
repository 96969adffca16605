"""The configuration: defaults filled in, and every mistake named in one line with its key."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from snakemake.utils import update_config

from nodal.architectures.cct import TAPS, tap_block
from nodal.workflow.settings import checked

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "config" / "schema.yaml").read_text())
TINY = yaml.safe_load((ROOT / "tests" / "tiny.yaml").read_text())
ABSENT = object()
FOLDER = {"source": "folder", "root": "photos", "size": 32}


def changed(place: str, value: Any) -> dict[str, Any]:
    """The tiny configuration with another value, or none, at a dotted place."""
    config = copy.deepcopy(TINY)
    *path, last = place.split(".")
    at = config
    for key in path:
        at = at[key]
    if value is ABSENT:
        del at[last]
    else:
        at[last] = value
    return config


CONFIGURATIONS = sorted(set((ROOT / "config").glob("*.yaml")) - {ROOT / "config" / "schema.yaml"})


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.name)
def test_configurations_of_the_repository_are_valid_and_complete(path: Path) -> None:
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    update_config(config, yaml.safe_load(path.read_text()))  # as --configfile does
    settings = checked(config, SCHEMA)
    assert checked(settings, SCHEMA) == settings  # nothing is left to fill in


def test_defaults_are_filled_in_and_the_given_stays() -> None:
    before = copy.deepcopy(TINY)
    settings = checked(TINY, SCHEMA)
    assert before == TINY
    run = settings["runs"]["tiny"]
    assert settings["dense_limit"] == 20_000_000
    assert settings["datasets"]["tiny"] == {
        "source": "glyphs", "family": "latin100", "size": 16, "train": 4, "heldout": 2, "test": 2, "seed": 0,
    }  # fmt: skip
    assert run["normalise"] == "image"
    assert run["model"] == {
        "family": "cct", "kernel": 3, "stride": 2, "padding": 1, "convolutions": 1, "hidden_channels": 64,
        "width": 16, "depth": 2, "heads": 4, "mlp_ratio": 2, "position": "learnable",
        "attention_dropout": 0.1, "stochastic_depth": 0.1,
    }  # fmt: skip
    probe = run["probes"]["layers"]
    assert (probe["split"], probe["norm"], probe["bias"], probe["thresholds"]) == (
        "test",
        "none",
        False,
        [0.3],
    )
    assert (probe["rule"], probe["optimizer"], probe["smoothing"]) == ("first_fit", "adamw", 0.1)
    assert run["probes"]["heads"]["split"] == "train"
    assert run["pretrain"]["schedule"] == {
        "kind": "constant", "decay": 1.0, "every": 10, "warmup": 0, "cooldown": 0,
        "start": 0.0, "minimum": 0.0,
    }  # fmt: skip
    assert run["pretrain"]["augment"]["crop_scale"] is None
    assert run["pruning"]["retrain"]["rest_lr"] == 1e-6
    assert run["fc_pruning"]["retrain"]["clip"] == 0
    assert run["specialisation"] == {"probe": "heads", "threshold": 0.3, "ratio": 2.0, "draws": 100}


def test_defaults_of_other_sources_are_not_mixed() -> None:
    settings = checked(changed("datasets.tiny", FOLDER), SCHEMA)
    assert settings["datasets"]["tiny"] == FOLDER | {
        "test": "test",
        "heldout": 0.1,
        "superclasses": None,
        "seed": 0,
    }


def test_defaults_are_not_shared() -> None:
    run = checked(TINY, SCHEMA)["runs"]["tiny"]
    run["pretrain"]["augment"]["shift"] = 5
    run["probes"]["layers"]["thresholds"].append(0.9)
    assert run["pruning"]["retrain"]["augment"]["shift"] == 0
    assert run["probes"]["heads"]["thresholds"] == [0.3]
    assert checked(TINY, SCHEMA)["runs"]["tiny"]["pretrain"]["augment"]["shift"] == 0


def test_given_weights_need_nothing_else() -> None:
    given = checked(changed("runs.tiny.pretrain", {"checkpoint": "a.pth"}), SCHEMA)["runs"]["tiny"][
        "pretrain"
    ]
    assert given["at_chance"] == "stop"
    assert "at_chance" not in checked(TINY, SCHEMA)["runs"]["tiny"]["pretrain"]


PROBE = "runs.tiny.probes.blocks"
BAD = [
    # place, value, key that the message must begin with, words that it must hold
    ("sedes", [1], "config", "unknown key 'sedes'; allowed: datasets,"),
    ("seeds", [], "seeds", "non-empty"),
    ("seeds", ABSENT, "config", "'seeds' is missing"),
    ("seeds", [0, 0], "seeds", "non-unique"),
    ("seeds", [-1], "seeds.0", "minimum of 0"),
    ("seeds", 3, "seeds", "'array'"),
    ("tables.main", "other", "tables.main", "'other' does not exist; there is tiny"),
    ("datasets.tiny.sise", 16, "datasets.tiny", "unknown key 'sise'; allowed: family, heldout, seed, size, "),
    ("datasets.tiny.size", "big", "datasets.tiny.size", "'big' is not of type 'integer'"),
    ("datasets.tiny.size", 7, "datasets.tiny.size", "minimum of 8"),
    ("datasets.tiny.source", "nowhere", "datasets.tiny.source", "'nowhere' is not one of ['glyphs', "),
    ("datasets.tiny.source", ABSENT, "datasets.tiny", "'source' is missing"),
    ("datasets.tiny", {"source": "folder"}, "datasets.tiny", "'root' is missing"),
    ("datasets.tiny", FOLDER | {"heldout": 1}, "datasets.tiny.heldout", "maximum of 1"),
    ("datasets.tiny", FOLDER | {"heldout": 0}, "datasets.tiny.heldout", "minimum of 0"),
    ("datasets.tiny", FOLDER | {"train": 4}, "datasets.tiny", "unknown key 'train'; allowed: heldout, "),
    ("datasets.Tiny", {"source": "glyphs"}, "datasets", "'Tiny' does not match"),
    ("runs.tiny.dataset", "other", "runs.tiny.dataset", "'other' does not exist; there is tiny"),
    ("runs.tiny.modle", {}, "runs.tiny", "unknown key 'modle'; allowed: dataset, "),
    ("runs.tiny.model.widht", 8, "runs.tiny.model", "unknown key 'widht'"),
    ("runs.tiny.model.width", 18, "runs.tiny.model.width", "18 is not a multiple of heads = 4"),
    ("runs.tiny.model.depth", "7", "runs.tiny.model.depth", "'7' is not of type 'integer'"),
    ("runs.tiny.model.depth", True, "runs.tiny.model.depth", "True is not of type 'integer'"),
    ("runs.tiny.model.position", "cosine", "runs.tiny.model.position", "['learnable', 'sine']"),
    ("runs.tiny.normalise", "images", "runs.tiny.normalise", "'images' is none of these: `image`"),
    ("runs.tiny.pretrain", ABSENT, "runs.tiny", "'pretrain' is missing"),
    ("runs.tiny.pretrain.at_chance", "accept", "runs.tiny.pretrain.at_chance", "is for a checkpoint"),
    ("runs.tiny.pretrain", {"checkpoint": "a", "at_chance": 1}, "runs.tiny.pretrain.at_chance", "'accept'"),
    ("runs.tiny.pretrain.lr", "1e-3", "runs.tiny.pretrain.lr", "'number': YAML wants a point and a sign"),
    ("runs.tiny.pretrain.lr", "fast", "runs.tiny.pretrain.lr", "'fast' is not of type 'number'"),
    ("runs.tiny.pretrain.optimizer", "adam", "runs.tiny.pretrain.optimizer", "['adamw', 'sgd']"),
    ("runs.tiny.pretrain.schedule", {"kind": "linear"}, "runs.tiny.pretrain.schedule.kind", "'cosine'"),
    ("runs.tiny.pretrain.schedule", {"cooldown": 2}, "runs.tiny.pretrain.schedule.cooldown", "of the 2"),
    (f"{PROBE}.schedule", {"cooldown": 9}, f"{PROBE}.schedule.cooldown", "of the 2 epochs"),
    (f"{PROBE}.taps", ["blok1"], f"{PROBE}.taps", "tap 'blok1' does not exist: a tap is one of block, "),
    (f"{PROBE}.taps", ["block0"], f"{PROBE}.taps", "tap 'block0' does not exist"),
    (f"{PROBE}.taps", ["block1", "block3"], f"{PROBE}.taps", "no block 3, only 1 to 2 (model.depth)"),
    (f"{PROBE}.taps", [], f"{PROBE}.taps", "non-empty"),
    (f"{PROBE}.thresholds", [0.3, 1], f"{PROBE}.thresholds.1", "maximum of 1"),
    (f"{PROBE}.thresholds", [0], f"{PROBE}.thresholds.0", "minimum of 0"),
    (f"{PROBE}.thresholds", [-0.3], f"{PROBE}.thresholds.0", "minimum of 0"),
    (f"{PROBE}.rule", "firstfit", f"{PROBE}.rule", "'first_fit'"),
    (f"{PROBE}.batch", 0, f"{PROBE}.batch", "minimum of 1"),
    (f"{PROBE}.batch", 1.5, f"{PROBE}.batch", "'integer'"),
    ("runs.tiny.pruning.probe", "layer", "runs.tiny.pruning.probe", "there is blocks, layers, heads"),
    ("runs.tiny.pruning.block", 3, "runs.tiny.pruning.block", "no block 3, only 1 to 2"),
    ("runs.tiny.pruning.block", 1, "runs.tiny.pruning.thresholds.qkv_in", "qkv_in1 is not in the probe set"),
    ("runs.tiny.pruning.thresholds.block", 0.35, "runs.tiny.pruning.thresholds.block", "[0.3]: add it there"),
    ("runs.tiny.pruning.thresholds.block", ABSENT, "runs.tiny.pruning.thresholds", "'block' is missing"),
    ("runs.tiny.fc_pruning.tap", "block9", "runs.tiny.fc_pruning.tap", "block9 is not in the probe set"),
    (f"{PROBE}.taps", ["block1", "block2", "qkv_in2"], "runs.tiny.fc_pruning.probe", "block2 and qkv_in2"),
    ("runs.tiny.fc_pruning.thresholds", [0.7], "runs.tiny.fc_pruning.thresholds", "[0.3, 0.4]: add it there"),
    ("runs.tiny.specialisation.probe", "blocks", "runs.tiny.specialisation.probe", "only attention"),
    ("runs.tiny.specialisation.threshold", 0.5, "runs.tiny.specialisation.threshold", "[0.3]: add it there"),
    ("runs.tiny.specialisation.ratio", 0.5, "runs.tiny.specialisation.ratio", "minimum of 1"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "key", "words"), BAD)
def test_mistakes_are_named_in_one_line(place: str, value: Any, key: str, words: str) -> None:
    with pytest.raises(ValueError, match=": ") as caught:
        checked(changed(place, value), SCHEMA)
    message = str(caught.value)
    assert message.startswith(f"{key}: ")
    assert words in message
    assert "\n" not in message


def test_tap_block() -> None:
    assert [tap_block(f"{kind}12") for kind in TAPS] == [(kind, 12) for kind in TAPS]
    for wrong in ("block", "block07", "block1 ", "7", "", "blocks7", "block-1"):
        with pytest.raises(ValueError, match="does not exist"):
            tap_block(wrong)
