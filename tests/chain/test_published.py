"""Published weights in the place of training, and those that know nothing."""

import copy
from argparse import Namespace
from pathlib import Path

import torch

from nodal.models.cct import CCT
from tests.chain.workflow import TINY, Workflow


def test_published_weights_take_the_place_of_training(finished: Workflow, tmp_path: Path) -> None:
    config = copy.deepcopy(TINY)
    trained = finished.folder / "results/tiny/seed0/backbone.safetensors"
    # A network of two epochs hardly knows more than chance.
    config["runs"]["tiny"]["pretrain"] = {"checkpoint": str(trained), "at_chance": "accept"}
    workflow = Workflow(tmp_path / "w", config)
    assert "pretrain" not in workflow.planned()
    done = workflow.run("results/table1.csv")
    assert done.returncode == 0, done.stderr
    assert (workflow.folder / "results/table1.csv").read_bytes() == (
        finished.folder / "results/table1.csv"
    ).read_bytes()


def test_published_weights_at_chance_stop(tmp_path: Path) -> None:
    """As a saver of trainings writes them, of a network that knows nothing."""
    config = copy.deepcopy(TINY)
    config["runs"]["tiny"]["pretrain"] = {"checkpoint": "given.pth"}
    workflow = Workflow(tmp_path / "w", config)
    torch.manual_seed(0)
    settings = {
        key: config["runs"]["tiny"]["model"][key] for key in ("kernel", "stride", "padding", "width", "depth")
    }
    state = CCT(image_size=16, labels=100, **settings).state_dict()
    torch.save({"state_dict": state, "args": Namespace(lr=1e-3)}, workflow.folder / "given.pth")
    target = "results/tiny/seed0/backbone.safetensors"
    stopped = workflow.run(target)
    assert stopped.returncode != 0
    assert "given weights are at chance on the held-out images (" in stopped.stderr
    assert "set pretrain.at_chance: accept to go on anyway" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not (workflow.folder / target).exists()
    assert (workflow.folder / "given.pth").exists()

    config["runs"]["tiny"]["pretrain"]["at_chance"] = "accept"
    workflow.configure(config)
    done = workflow.run(target)
    assert done.returncode == 0, done.stderr
    said = (workflow.folder / "results/logs/tiny/seed0/take_published.log").read_text()
    assert "taken: state_dict" in said
    assert "accepted" in said
