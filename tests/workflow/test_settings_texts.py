"""The configuration of runs on texts: what it is completed to, and what is refused."""

import re
from pathlib import Path

import pytest

from nodal.workflow.settings import checked

TEXTS = {"source": "text", "train": "my.csv"}
BERT = {"family": "transformers", "name": "bert", "arguments": {"hidden_size": 16, "num_hidden_layers": 2}}
BERT["arguments"] |= {"num_attention_heads": 4, "intermediate_size": 32}


def of_texts(**run: object) -> dict:
    given = {"dataset": "mine", "model": BERT, **run}
    return {"seeds": [0], "datasets": {"mine": dict(TEXTS)}, "runs": {"bert": given}}


def test_a_run_on_texts_gets_all_that_its_network_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = checked(of_texts())["runs"]["bert"]
    assert run["probes"]["blocks"]["taps"] == ["block1", "block2"]
    assert {"q_out2", "k_out2", "v_out2", "attention2"} <= set(run["probes"]["layers"]["taps"])
    assert run["specialisation"]
    assert run["pruning"]["block"] == 2


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"model": {}}, "model.family: cct takes images, and mine holds texts: take transformers or python"),
        ({"model": {"family": "timm", "name": "x"}}, "model.family: timm takes images, and mine holds texts"),
        ({"pretrain": {"augment": {"flip": True}}}, "pretrain.augment: only images are varied"),
        ({"normalise": {"mean": [0, 0, 0], "std": [1, 1, 1]}}, "normalise: texts are not normalised"),
    ],
)  # fmt: skip
def test_what_is_for_images_is_refused_on_texts(
    run: dict, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"^runs.bert.{re.escape(said)}"):
        checked(of_texts(**run))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"train": None}, "datasets.mine.train"),
        ({"heldout": 1.5}, "datasets.mine.heldout"),
        ({"test": ""}, "datasets.mine.test"),
        (
            {"heldout": 0.4, "test": 0.6},
            "datasets.mine.test: 0.6 beside heldout = 0.4 leaves no texts to train",
        ),
        ({"test": 0.9}, "datasets.mine.test: 0.9 beside heldout = 0.1 leaves no texts to train"),
        ({"vocabulary": 3}, "datasets.mine.vocabulary"),
        ({"size": 32}, "datasets.mine: unknown key 'size'"),
    ],
)
def test_settings_of_texts_that_are_wrong(data: dict, said: str) -> None:
    config = of_texts()
    config["datasets"]["mine"] |= data
    with pytest.raises(ValueError, match=f"^{re.escape(said)}") as caught:
        checked(config)
    assert "\n" not in str(caught.value)


def test_a_split_of_texts_is_a_file_or_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = of_texts()
    config["datasets"]["mine"] |= {"heldout": "held.csv", "test": "0.25"}  # as `--config` gives a number
    data = checked(config)["datasets"]["mine"]
    assert (data["heldout"], data["test"]) == ("held.csv", 0.25)
