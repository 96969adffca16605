"""The configuration: defaults filled in, and every mistake named in one line with its key."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from snakemake.utils import update_config

from nodal.workflow.settings import checked

ROOT = Path(__file__).parents[2]
DEFAULT = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
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


CONFIGURATIONS = sorted((ROOT / "config").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.name)
def test_configurations_of_the_repository_are_valid_and_complete(path: Path) -> None:
    config = copy.deepcopy(DEFAULT)
    update_config(config, yaml.safe_load(path.read_text()))  # as --configfile does
    settings = checked(config)
    assert checked(settings) == settings  # nothing is left to fill in


def test_defaults_are_filled_in_and_the_given_stays() -> None:
    before = copy.deepcopy(TINY)
    settings = checked(TINY)
    assert before == TINY
    run = settings["runs"]["tiny"]
    assert settings["dense_limit"] == 20_000_000
    assert settings["datasets"]["tiny"] == {
        "source": "glyphs", "family": "latin100", "size": 16, "train": 4, "heldout": 2, "test": 2, "seed": 0,
        "each_seed": True,
    }  # fmt: skip
    assert run["normalise"] == "image"
    assert run["model"] == {
        "family": "cct", "kernel": 3, "stride": 2, "padding": 1, "convolutions": 1, "hidden_channels": 64,
        "width": 16, "depth": 2, "heads": 4, "mlp_ratio": 2, "position": "learnable",
        "attention_dropout": 0.1, "stochastic_depth": 0.1, "activation": "gelu", "layer_norm": "all",
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
    settings = checked(changed("datasets.tiny", FOLDER))
    assert settings["datasets"]["tiny"] == FOLDER | {
        "test": "test",
        "heldout": 0.1,
        "superclasses": None,
        "order": None,
        "seed": 0,
    }


def test_defaults_are_not_shared() -> None:
    run = checked(TINY)["runs"]["tiny"]
    run["pretrain"]["augment"]["shift"] = 5
    run["probes"]["layers"]["thresholds"].append(0.9)
    assert run["pruning"]["retrain"]["augment"]["shift"] == 0
    assert run["probes"]["heads"]["thresholds"] == [0.3]
    assert checked(TINY)["runs"]["tiny"]["pretrain"]["augment"]["shift"] == 0


def test_a_recipe_may_say_nothing() -> None:
    config = changed("runs.tiny.pretrain", {})
    config["runs"]["tiny"]["probes"]["blocks"] = {"taps": ["block1", "block2"]}
    for stage in ("pruning", "fc_pruning"):
        del config["runs"]["tiny"][stage]["retrain"]
    run = checked(config)["runs"]["tiny"]
    recipes = (
        run["pretrain"],
        run["probes"]["blocks"],
        run["pruning"]["retrain"],
        run["fc_pruning"]["retrain"],
    )
    said = [(recipe["epochs"], recipe["batch"], recipe["lr"]) for recipe in recipes]
    assert said == [(30, 100, 1e-3), (30, 100, 1e-3), (3, 100, 5e-4), (10, 100, 1e-3)]


def test_what_is_shipped_is_trained_from_scratch_and_of_a_known_width() -> None:
    config = changed("runs.tiny.shipping", {})
    assert checked(config)["runs"]["tiny"]["shipping"]["probe"] == "every"
    config["runs"]["tiny"]["pretrain"] = {"checkpoint": "a.pth"}
    with pytest.raises(
        ValueError, match=r"^runs.tiny.shipping: trains from scratch, and pretrain has a check"
    ):
        checked(config)
    config["runs"]["tiny"] = {"dataset": "tiny", "model": {"width": 100, "heads": 4}, "shipping": {}}
    with pytest.raises(ValueError, match="is half as wide, and width: 50 is not a multiple of heads = 4: "):
        checked(config)
    run = {"dataset": "tiny", "model": {"family": "torchvision", "name": "resnet18"}, "shipping": {}}
    with pytest.raises(ValueError, match=r"^runs.tiny.shipping: family: how wide a network of torchvision"):
        checked(changed("runs.tiny", run))


def test_given_weights_need_nothing_else() -> None:
    given = checked(changed("runs.tiny.pretrain", {"checkpoint": "a.pth"}))["runs"]["tiny"]["pretrain"]
    assert given["at_chance"] == "stop"
    assert "at_chance" not in checked(TINY)["runs"]["tiny"]["pretrain"]


PROBE = "runs.tiny.probes.blocks"
COOLDOWN = {"kind": "cosine", "cooldown": 9}
BAD = [
    # place, value, key that the message must begin with, words that it must hold
    ("sedes", [1], "config", "unknown key 'sedes' (seeds?); allowed: datasets,"),
    ("seeds", [], "seeds", "[] should have at least 1 item"),
    ("seeds", ABSENT, "config", "'seeds' is missing"),
    ("seeds", [0, 0], "seeds", "[0, 0] holds 0 more than once"),
    ("seeds", [-1], "seeds.0", "-1 should be greater than or equal to 0"),
    ("seeds", 3, "seeds", "3 should be a valid list"),
    ("tables.main", "other", "tables.main", "'other' does not exist; there is tiny"),
    ("studies", ["skips"], "studies.0", "'skips' should be 'skip', "),
    ("studies", [], "studies", "[] should have at least 1 item"),
    ("datasets.tiny.sise", 16, "datasets.tiny", "unknown key 'sise' (size?); allowed: each_seed, family, "),
    ("datasets.tiny.size", "big", "datasets.tiny.size", "'big' should be a valid integer"),
    ("datasets.tiny.size", 7, "datasets.tiny.size", "7 should be greater than or equal to 8"),
    ("datasets.tiny.source", "nowhere", "datasets.tiny.source", "'nowhere' should be one of 'glyphs', "),
    ("datasets.tiny.source", ABSENT, "datasets.tiny", "'source' is missing"),
    ("datasets.tiny", {"source": "folder"}, "datasets.tiny", "'root' is missing"),
    ("datasets.tiny", FOLDER | {"heldout": 1}, "datasets.tiny.heldout", "1 should be less than 1"),
    ("datasets.tiny", FOLDER | {"heldout": 0}, "datasets.tiny.heldout", "0 should be greater than 0"),
    ("datasets.tiny", FOLDER | {"order": ["a"]}, "datasets.tiny.order", "['a'] should be a valid string"),
    ("datasets.tiny", FOLDER | {"order": ""}, "datasets.tiny.order", "'' should have at least 1 character"),
    ("datasets.tiny", FOLDER | {"train": 4}, "datasets.tiny", "unknown key 'train'; allowed: heldout, "),
    ("datasets.Tiny", {"source": "glyphs"}, "datasets", "'Tiny' should match pattern"),
    ("runs.tiny.dataset", "other", "runs.tiny.dataset", "'other' does not exist; there is tiny"),
    ("runs.tiny.modle", {}, "runs.tiny", "unknown key 'modle' (model?); allowed: dataset, "),
    ("runs.tiny.model.widht", 8, "runs.tiny.model", "unknown key 'widht' (width?)"),
    ("runs.tiny.model.width", 18, "runs.tiny.model.width", "18 is not a multiple of heads = 4"),
    ("runs.tiny.model.heads", [4], "runs.tiny.model.heads", "1 numbers where one for each of 2 blocks"),
    ("runs.tiny.model.heads", [4, 3], "runs.tiny.model.width", "16 is not a multiple of heads = 3"),
    ("runs.tiny.model.heads", [4, 0], "runs.tiny.model.heads.1", "0 should be greater than or equal to 1"),
    ("runs.tiny.model.depth", "7b", "runs.tiny.model.depth", "'7b' should be a valid integer"),
    ("runs.tiny.model.depth", True, "runs.tiny.model.depth", "True should be a valid integer"),
    ("runs.tiny.model.position", "cosine", "runs.tiny.model.position", "'learnable' or 'sine'"),
    ("runs.tiny.normalise", "images", "runs.tiny.normalise", "'images' should be 'image' or {mean: "),
    ("runs.tiny.model", ABSENT, "runs.tiny", "'model' is missing"),
    ("runs.tiny.pretrain.at_chance", "accept", "runs.tiny.pretrain", "unknown key 'at_chance'"),
    ("runs.tiny.pretrain", {"checkpoint": "a", "at_chance": 1}, "runs.tiny.pretrain.at_chance", "'accept'"),
    ("runs.tiny.pretrain.lr", "1e-3", "runs.tiny.pretrain.lr", "number: YAML wants a point and a sign"),
    ("runs.tiny.pretrain.lr", "fast", "runs.tiny.pretrain.lr", "'fast' should be a valid number"),
    ("runs.tiny.pretrain.optimizer", "adam", "runs.tiny.pretrain.optimizer", "'adamw' or 'sgd'"),
    ("runs.tiny.pretrain.schedule", {"kind": "linear"}, "runs.tiny.pretrain.schedule.kind", "'cosine'"),
    ("runs.tiny.pretrain.schedule", COOLDOWN, "runs.tiny.pretrain.schedule.cooldown", "9 leaves none of the"),
    (f"{PROBE}.schedule", COOLDOWN, f"{PROBE}.schedule.cooldown", "9 leaves none of the 2 epochs"),
    (f"{PROBE}.taps", ["blok1"], f"{PROBE}.taps", "tap 'blok1' does not exist; there is block1, block2"),
    (f"{PROBE}.taps", ["block0"], f"{PROBE}.taps", "tap 'block0' does not exist"),
    (f"{PROBE}.taps", ["fc"], f"{PROBE}.taps", "attention, proj_out, proj_only, linear1_in, "),
    (f"{PROBE}.taps", ["block1", "block3"], f"{PROBE}.taps", "'block3' does not exist; there is block2, "),
    (f"{PROBE}.taps", [], f"{PROBE}.taps", "at least 1 item"),
    (f"{PROBE}.thresholds", [0.3, 1], f"{PROBE}.thresholds.1", "1 should be less than 1"),
    (f"{PROBE}.thresholds", [0], f"{PROBE}.thresholds.0", "0 should be greater than 0"),
    (f"{PROBE}.thresholds", [-0.3], f"{PROBE}.thresholds.0", "-0.3 should be greater than 0"),
    (f"{PROBE}.rule", "firstfit", f"{PROBE}.rule", "'first_fit'"),
    (f"{PROBE}.batch", 0, f"{PROBE}.batch", "0 should be greater than or equal to 1"),
    (f"{PROBE}.batch", 1.5, f"{PROBE}.batch", "1.5 should be a valid integer"),
    ("runs.tiny.pruning.probe", "layer", "runs.tiny.pruning.probe", "there is blocks, layers, heads"),
    ("runs.tiny.pruning.block", 3, "runs.tiny.pruning.block", "no block 3, only 1 to 2"),
    ("runs.tiny.pruning.block", 1, "runs.tiny.pruning.also", "block 1 is pruned already: another, or null"),
    ("runs.tiny.pruning.thresholds.block", 0.35, "runs.tiny.pruning.thresholds.block", "[0.3]: add it there"),
    ("runs.tiny.pruning.thresholds.block", ABSENT, "runs.tiny.pruning.thresholds", "'block' is missing"),
    ("runs.tiny.fc_pruning.tap", "block9", "runs.tiny.fc_pruning.tap", "block9 is not in the probe set"),
    (f"{PROBE}.taps", ["block1", "block2", "qkv_in2"], "runs.tiny.fc_pruning.probe", "block2 and qkv_in2"),
    ("runs.tiny.fc_pruning.thresholds", [0.7], "runs.tiny.fc_pruning.thresholds", "[0.3, 0.4]: add it there"),
    ("runs.tiny.specialisation.probe", "blocks", "runs.tiny.specialisation.probe", "only attention"),
    ("runs.tiny.specialisation.threshold", 0.5, "runs.tiny.specialisation.threshold", "[0.3]: add it there"),
    ("runs.tiny.shipping", {"groups": 1}, "runs.tiny.shipping.groups", "greater than or equal to 2"),
    ("runs.tiny.shipping", {"probe": "all"}, "runs.tiny.shipping.probe", "'all' does not exist; there is"),
    ("runs.tiny.shipping", {"keep": 1}, "runs.tiny.shipping.keep", "1 should be less than 1"),
    ("runs.tiny.specialisation.ratio", 0.5, "runs.tiny.specialisation.ratio", "greater than or equal to 1"),
    # A mapping, a list, a number where another is due; nothing where something is.
    ("datasets.tiny", 3, "datasets.tiny", "3 should be a mapping of keys to values"),
    ("datasets.tiny", None, "datasets.tiny", "None should be a mapping of keys to values"),
    ("datasets", ["tiny"], "datasets", "['tiny'] should be a mapping of keys to values"),
    ("runs", {}, "runs", "{} should have at least 1 item"),
    ("runs.tiny.model", "cct", "runs.tiny.model", "'cct' should be a mapping of keys to values"),
    ("runs.tiny.pretrain", 30, "runs.tiny.pretrain", "30 should be a mapping of keys to values"),
    ("seeds", ["one"], "seeds.0", "'one' should be a valid integer"),
    ("seeds", [0, "0"], "seeds", "[0, '0'] holds 0 more than once"),
    ("runs.tiny.pretrain.lr", None, "runs.tiny.pretrain.lr", "None should be a valid number"),
    ("runs.tiny.pretrain.lr", float("nan"), "runs.tiny.pretrain.lr", "nan should be a finite number"),
    ("runs.tiny.pretrain.lr", "a: b: c", "runs.tiny.pretrain.lr", "'a: b: c' should be a valid number"),
    ("runs.tiny.paper", 1, "runs.tiny.paper", "1 should be a valid boolean"),
    ("datasets.tiny", FOLDER | {"root": 5}, "datasets.tiny.root", "5 should be a valid string"),
    ("datasets.tiny", FOLDER | {"root": ""}, "datasets.tiny.root", "'' should have at least 1 character"),
    (f"{PROBE}.augment", {"crop_scale": [0.5]}, f"{PROBE}.augment.crop_scale", "[0.5] should have at"),
    (f"{PROBE}.bf16", "sometimes", f"{PROBE}.bf16", "'sometimes' should be 'auto', True or False"),
    # The key that says which other keys there are.
    ("datasets.tiny", {"sorce": "glyphs"}, "datasets.tiny", "unknown key 'sorce' (source?)"),
    ("datasets.tiny.source", ["glyphs"], "datasets.tiny.source", "['glyphs'] should be one of 'glyphs', "),
    ("datasets.tiny", FOLDER | {"folder": "x"}, "datasets.tiny", "unknown key 'folder' (order?); allowed: "),
    ("runs.tiny.model.family", "lenet", "runs.tiny.model.family", "'lenet' should be one of 'cct', 'vgg', "),
    ("runs.tiny.model", {"family": "vgg", "layers": [2]}, "runs.tiny.model.layers", "1 stages where widths "),
    (f"{PROBE}", TINY["runs"]["tiny"]["probes"]["blocks"] | {"pooling": "flatten", "rule": "min_cover"},
     f"{PROBE}.rule", "min_cover is for matrices of rank one, and flatten reads positions apart: first_fit "),
    (f"{PROBE}.pooling", "flatten", "runs.tiny.figures.examples", "Figure 2 shows the two factors of a node"),
    ("runs.tiny.model", {"family": "resnet", "depth": 18}, "runs.tiny.model.depth", "18 where 8, 14, 20 or "),
    ("runs.tiny.model.family", None, "runs.tiny.model.family", "None should be one of 'cct'"),
    ("runs.tiny.model.convolutions", 3, "runs.tiny.model.convolutions", "less than or equal to 2"),
    ("runs.tiny.pretrain.checkpoint", "a.pth", "runs.tiny.pretrain", "epochs, batch, lr, weight_decay "),
    ("runs.tiny.pretrain", {"chekpoint": "a.pth"}, "runs.tiny.pretrain", "'chekpoint' (checkpoint?)"),
    ("runs.tiny.pretrain", {"checkpoint": ""}, "runs.tiny.pretrain.checkpoint", "at least 1 character"),
    ("runs.tiny.normalise", {"mean": [0, 0, 0]}, "runs.tiny.normalise", "'std' is missing"),
    ("runs.tiny.normalise", {"mean": [0], "std": [1]}, "runs.tiny.normalise.mean", "at least 3 items"),
    (f"{PROBE}.schedule", {"decay": 0.5}, f"{PROBE}.schedule.decay", "0.5 has no effect: only kind step"),
    (f"{PROBE}.schedule", {"kind": "step", "warmup": 1}, f"{PROBE}.schedule.warmup", "only kind cosine"),
    # Names that do not exist, and keys that no model knows.
    ("tables.second", "other", "tables.second", "'other' does not exist; there is tiny"),
    ("tables.main", 3, "tables.main", "3 should be a valid string"),
    ("runs.tiny.figures.sweep", ["blocks"], "runs.tiny.figures.sweep.0", "'blocks' should match pattern"),
    ("runs.tiny.figures.sweep", ["block/block1"], "runs.tiny.figures.sweep", "'block' does not exist; there"),
    ("runs.tiny.figures.threshold", 0.9, "runs.tiny.figures.examples", "[0.3, 0.4]: add it there"),
    ("runs.tiny.pruning.thresholds.blok", 0.3, "runs.tiny.pruning.thresholds", "unknown key 'blok' (block?)"),
    ("runs.tiny.model", {1: 2}, "runs.tiny.model", "unknown key 1; allowed: activation, "),
    ("runs.tiny.model", {"a\n{b}": 2}, "runs.tiny.model", r"unknown key 'a\n{b}'; allowed: "),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "key", "words"), BAD)
def test_mistakes_are_named_in_one_line(place: str, value: Any, key: str, words: str) -> None:
    with pytest.raises(ValueError, match=": ") as caught:
        checked(changed(place, value))
    message = str(caught.value)
    assert message.startswith(f"{key}: ")
    assert words in message
    assert "\n" not in message


def test_a_study_needs_its_stages() -> None:
    assert checked(TINY)["studies"] is None
    assert checked(TINY | {"studies": "skip"})["studies"] == ["skip"]
    without = changed("runs.tiny.pruning", ABSENT) | {"studies": ["silencing", "skip"]}
    with pytest.raises(ValueError, match=r"^studies: skip needs pruning, which the run tiny does not have$"):
        checked(without)
    taken = changed("runs.tiny.pretrain", {"checkpoint": "weights.pth"})
    assert checked(taken | {"studies": ["skip"]})
    with pytest.raises(
        ValueError, match=r"^studies: optimizers trains networks, and runs.tiny.pretrain has a checkpoint$"
    ):
        checked(taken | {"studies": ["skip", "optimizers"]})


def test_a_misspelt_key_comes_before_a_wrong_value_before_a_missing_key() -> None:
    config = changed("runs.tiny.pretrain", ABSENT)
    config["seeds"] = [-1]
    config["runs"]["tiny"]["probes"]["heads"]["tabs"] = config["runs"]["tiny"]["probes"]["heads"].pop("taps")
    with pytest.raises(
        ValueError, match=r"^runs.tiny.probes.heads: unknown key 'tabs' \(taps\?\); allowed: "
    ):
        checked(config)
    del config["runs"]["tiny"]["probes"]["heads"]
    with pytest.raises(ValueError, match=r"^seeds.0: -1 should be"):
        checked(config)


@pytest.mark.parametrize("config", [[], ["seeds"], None, 3, "seeds"])
def test_what_is_no_mapping_is_no_configuration(config: Any) -> None:
    with pytest.raises(ValueError, match=f"^config: {re.escape(repr(config))} should be a mapping") as caught:
        checked(config)
    assert "\n" not in str(caught.value)


def test_the_only_run_is_the_main_one_and_a_second_one_is_optional() -> None:
    for tables in (ABSENT, {}, {"second": None}):
        assert checked(changed("tables", tables))["tables"] == {
            "main": "tiny",
            "second": None,
            "text": None,
            "cnn": None,
        }
    config = changed("tables", {"second": "tiny"})
    config["runs"]["other"] = config["runs"]["tiny"]
    with pytest.raises(
        ValueError, match=r"^config: 'tables.main' is missing; it names one of the runs tiny, other"
    ):
        checked(config)


def test_published_weights_take_the_place_of_a_recipe() -> None:
    settings = checked(changed("runs.tiny.pretrain", {"checkpoint": "a.pth"}))
    assert settings["runs"]["tiny"]["pretrain"] == {"checkpoint": "a.pth", "at_chance": "stop"}


def test_only_transformers_read_a_network_from_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of results, named as the network, lies in the way of no other library."""
    monkeypatch.chdir(tmp_path)
    Path("resnet18").mkdir()
    config = {"seeds": [0], "datasets": TINY["datasets"], "runs": {"tiny": {"dataset": "tiny"}}}
    config["runs"]["tiny"]["model"] = {"family": "torchvision", "name": "resnet18"}
    assert checked(config)["runs"]["tiny"]["model"]["digest"] == ""
    config["runs"]["tiny"]["model"]["family"] = "transformers"
    with pytest.raises(ValueError, match=r"^runs.tiny.model: resnet18/config.json cannot be read"):
        checked(config)


def test_weights_from_a_folder_are_for_transformers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("weights").mkdir()
    with pytest.raises(ValueError, match=r"^runs.tiny.pretrain.checkpoint: weights is a folder, which only"):
        checked(changed("runs.tiny.pretrain", {"checkpoint": "weights"}))


def test_names_that_would_be_taken_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    probe = TINY["runs"]["tiny"]["probes"]["blocks"] | {"taps": ["block1"]}
    plain = {"dataset": "tiny", "model": TINY["runs"]["tiny"]["model"], "probes": {"c": probe}}
    own = {"family": "torchvision", "name": "resnet18", "taps": {"heads": {"module": "layer4"}}}
    for runs, said in (
        ({"null": plain}, "runs: 'null' would be a gap in tables: choose another name"),
        ({"a": plain | {"probes": {"nan": probe}}}, "runs.a.probes: 'nan' would be a gap in tables"),
        ({"a": plain | {"probes": {"backbone": probe}}}, "runs.a.probes.backbone: the network's own files"),
        ({"a": plain | {"model": own}}, "runs.a.model.taps: 'heads' is a word by which probe sets name taps"),
        (
            {"a": plain | {"probes": {"b_c": probe}}, "a_b": plain},
            "runs.a_b.probes.c: its rules would be named as those of runs.a.probes.b_c, by a_b_c: rename one",
        ),
    ):
        config = {
            "seeds": [0],
            "tables": {"main": next(iter(runs))},
            "datasets": TINY["datasets"],
            "runs": runs,
        }
        with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
            checked(config)


def test_a_stage_that_is_null_is_none() -> None:
    """So a file that is merged over another can take a stage away."""
    assert "figures" in checked(TINY)["runs"]["tiny"]
    assert "figures" not in checked(changed("runs.tiny.figures", None))["runs"]["tiny"]


@pytest.mark.parametrize(
    ("place", "text", "value"),
    [
        ("seeds", [0, "1"], [0, 1]),
        (f"{PROBE}.thresholds", ["0.3", "0.4"], [0.3, 0.4]),
        ("runs.tiny.pretrain.lr", "2.0e-3", 2e-3),
        ("runs.tiny.pretrain.clip", "2", 2),
        ("runs.tiny.pretrain.bf16", "true", True),
        ("runs.tiny.pretrain.augment", {"flip": "false", "crop_scale": "null"}, {}),
        ("runs.tiny.figures.node", "null", None),
    ],
)  # fmt: skip
def test_text_from_the_command_line_is_read_as_yaml_reads_it(place: str, text: Any, value: Any) -> None:
    """`--config 'seeds=[0,1]'` arrives as [0, '1'] from Snakemake."""
    assert as_json(checked(changed(place, text))) == as_json(checked(changed(place, value)))


def as_json(settings: dict[str, Any]) -> str:
    """Text in which 2 and 2.0 differ, as they do in the params of rules."""
    return json.dumps(settings, sort_keys=True)
