"""Networks of transformers from a folder: weights, head and labels as saved, or refused in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nodal.augment.preparation import Tokens
from nodal.models.features import forward, logits
from nodal.models.foreign import build_foreign
from nodal.models.pretrained_folder import load_folder

NAMES = ("1", "null", "ä", "true")
SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 32}
SIZES |= {"vocab_size": 30, "max_position_embeddings": 40}
TEXTS = Tokens().plain(torch.randint(0, 30, (3, 7), dtype=torch.int32, generator=torch.manual_seed(0)))


def folder(path: Path, labels: list[str] | None, kind: str = "bert", headless: bool = False) -> nn.Module:
    """Save a network of random weights, and give it."""
    import transformers

    transformers.utils.logging.set_verbosity_error()
    given: dict[str, Any] = {} if labels is None else {"id2label": dict(enumerate(labels))}
    if labels is None:
        given["num_labels"] = len(NAMES)
    sizes = dict(SIZES)
    if kind == "distilbert":
        sizes = {"dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 32, "vocab_size": 30}
    config = transformers.AutoConfig.for_model(kind, **sizes, **given)
    torch.manual_seed(1)
    of = transformers.AutoModel if headless else transformers.AutoModelForSequenceClassification
    network = of.from_config(config).eval()
    network.save_pretrained(path)
    return network


def loaded(path: Path, names: tuple[str, ...] = NAMES) -> nn.Module:
    torch.manual_seed(2)
    network = build_foreign({"family": "transformers", "name": str(path)}, len(names))
    load_folder(network, path, names)
    return network.eval()


def refused(path: Path, names: tuple[str, ...] = NAMES) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers look at the message
        loaded(path, names)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@torch.no_grad()
def answers(network: nn.Module) -> torch.Tensor:
    return logits(forward(network, TEXTS))


@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert"])
def test_outputs_stand_in_the_order_of_the_labels(tmp_path: Path, kind: str) -> None:
    saved = folder(tmp_path, ["true", "a\u0308", "1", "null"], kind)
    torch.testing.assert_close(answers(loaded(tmp_path)), answers(saved)[:, [2, 3, 1, 0]])


def test_numbered_labels_are_taken_as_they_are(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    saved = folder(tmp_path, None)
    torch.testing.assert_close(answers(loaded(tmp_path)), answers(saved))
    assert "names no labels" in caplog.text


def test_a_network_without_a_head(tmp_path: Path) -> None:
    folder(tmp_path, None, headless=True)
    assert "model.safetensors has no classification head (no classifier.weight)" in refused(tmp_path)


def test_other_labels(tmp_path: Path) -> None:
    folder(tmp_path, ["true", "ä", "1", "nul"])
    assert "config.json: label 'null' of the data set is none of its (there is 'nul')" in refused(tmp_path)


def test_more_labels_than_the_data_have(tmp_path: Path) -> None:
    folder(tmp_path, [*NAMES, "five"])
    assert "5" in refused(tmp_path)


def test_files_that_are_missing_or_pickled(tmp_path: Path) -> None:
    folder(tmp_path, list(NAMES))
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(FileNotFoundError):
        loaded(tmp_path)


def test_code_in_a_folder_is_not_run(tmp_path: Path) -> None:
    folder(tmp_path, list(NAMES))
    config = json.loads((tmp_path / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "mine.py").write_text("raise SystemExit('run')")
    assert "cannot be built" in refused(tmp_path)
