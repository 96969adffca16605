"""Each example runs, from a network to masks, and says what its page promises.

Its numbers are not kept: after a training they depend on the processor.
"""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt

from nodal.study.study import Study

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "tap", "node", "weights"),
    [
        ("images_resnet", "layer4", 48, ["layer4.1.conv2.weight", "fc.weight"]),
        ("images_vit", "block", 40, ["head.weight"]),
        ("sentences_bert", "inner", 10, ["bert.encoder.layer.1.intermediate.dense.weight"]),
    ],
)
def test_an_example_runs(
    name: str, tap: str, node: int, weights: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    made = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    said = capsys.readouterr().out
    plt.close("all")
    study = made["study"]
    assert isinstance(study, Study)
    table = study.table(0.3)
    assert np.isfinite(table["snr"]).all()
    assert (table["snr"] > table["snr_shuffled"]).all()  # the probes have learned
    assert re.search(rf"^{tap} .* {table.loc[tap, 'snr']:.2f} ", said, re.M)
    assert f"\n{study[tap].clusters(0.3).labels(node)}\n" in said
    assert re.findall(r"^(\S+): \d+% kept$", said, re.M) == weights
    if "kept" in made:
        for weight, mask in made["masks"].items():
            assert (made["model"].get_parameter(weight).detach().numpy()[~mask] == 0).all()
