"""Networks of others in the workflow: the examples on tiny data, from data set and model to the report."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from nodal.workflow.results import made
from tests.chain.workflow import ROOT, Workflow

EXAMPLES = ROOT / "examples"
LONG = [pytest.param(name, marks=pytest.mark.networks) for name in ("vit", "convnext", "torchvision_vit")]

# Attention of torch's own kind computes its projection inside one call: its heads cannot be read.
WITH_HEADS = {"vit", "bert"}


def test_every_example_is_tried_and_short() -> None:
    names = {path.stem for path in EXAMPLES.glob("*.yaml")}
    assert names == {"own_encoder", "resnet18", "vit", "convnext", "torchvision_vit", "bert"}
    for name in names:
        assert len((EXAMPLES / f"{name}.yaml").read_text().splitlines()) <= 15


@pytest.mark.parametrize("name", ["own_encoder", "resnet18", "bert", *LONG])
def test_an_example_goes_to_its_end(name: str, tmp_path: Path) -> None:
    config = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text())
    if "glyphs" in config["datasets"]:
        config["datasets"]["glyphs"] |= {"train": 3, "heldout": 2, "test": 2}
    ((run, settings),) = config["runs"].items()
    settings["pretrain"] = {"epochs": 1, "batch": 50}
    workflow = Workflow(tmp_path / "w", config)
    shutil.copytree(EXAMPLES, workflow.folder / "examples")
    done = workflow.run()
    assert done.returncode == 0, done.stdout + done.stderr
    stages = ["pruning", "fc_pruning", "figures"]
    if name in WITH_HEADS:
        stages.append("specialisation")
    else:
        assert f"run {run}: without specialisation no table4" in done.stdout + done.stderr
    results = workflow.folder / "results"
    for number in made(dict.fromkeys(stages), "table"):
        assert (results / run / f"table{number}.csv").exists()
    table = pd.read_csv(results / run / "table2.csv")
    assert table["block"].max() == table["block"].nunique() > 1
    assert {"snr_mean", "snr_rotated_mean", "snr_untrained_mean"} <= set(table)
    assert (results / "report.html").exists()
    assert workflow.planned() == set()
