"""The tiny workflow twice, on the GPU and without it: how far are the tables apart?

    python -m benchmarks.gpu_agreement

The networks start alike and see the same images in the same order, but rounding differs and training
magnifies it, so with bf16 and TF32 off the accuracies and counts agree closely, not exactly. Prints, for
every column of every table, the largest difference relative to the column's largest value.
"""

import copy
import os
import tempfile
from pathlib import Path

import pandas as pd
import torch
import yaml

from tests.chain.workflow import ROOT, Workflow


def exact(config: dict) -> dict:
    """The configuration with every training in float32."""
    config = copy.deepcopy(config)
    for run in config["runs"].values():
        recipes = [run["pretrain"], *run["probes"].values()]
        recipes += [run[stage]["retrain"] for stage in ("pruning", "fc_pruning")]
        for recipe in recipes:
            recipe |= {"bf16": False, "tf32": False}
        for recipe in (run["pretrain"], run["pruning"]["retrain"]):
            recipe["compile"] = False
    return config


def tables(folder: Path, config: dict) -> dict[str, pd.DataFrame]:
    """Run the workflow to its end and read its tables."""
    workflow = Workflow(folder, config)
    done = workflow.run()
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return {path.stem: pd.read_csv(path) for path in sorted((workflow.folder / "results").glob("*.csv"))}


def main() -> None:
    """Print the differences."""
    if not torch.cuda.is_available():
        raise SystemExit("there is no GPU here")
    config = exact(yaml.safe_load((ROOT / "tests" / "tiny.yaml").read_text()))
    with tempfile.TemporaryDirectory() as folder:
        on_gpu = tables(Path(folder) / "gpu", config)
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        on_cpu = tables(Path(folder) / "cpu", config)
    print("| table | column | largest relative difference |\n|---|---|---|")
    for name, table in on_gpu.items():
        numbers = table.select_dtypes("number")
        differences = (numbers - on_cpu[name][numbers.columns]).abs().max() / numbers.abs().max()
        for column, difference in differences[differences > 0].items():
            print(f"| {name} | {column} | {difference:.2g} |")


if __name__ == "__main__":
    main()
