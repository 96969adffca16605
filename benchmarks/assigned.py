"""A-AFCC: the embedded VGG trained from scratch under label sets dealt before, beside random masks and none.

Every filter and hidden node is dealt five labels, and a weight is kept where its two nodes share one; the
masks are re-applied after every step. Random masks keep as many weights of each layer, with as many at every
node; both start their FC layer alike. One training, as many images seen, for all three.

    OMP_NUM_THREADS=1 .venv/bin/python -m benchmarks.assigned [seeds]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from benchmarks.timing import table, use_threads
from nodal.architectures.families import architecture
from nodal.augment.preparation import preparation
from nodal.data.dataset import SPLITS, Dataset
from nodal.data.glyphs import draw_dataset
from nodal.models.build import build
from nodal.pruning.andc import Mask
from nodal.pruning.assigned import assigned_masks, start_kept
from nodal.pruning.masked_weights import Masks
from nodal.pruning.random_masks import degree_mask
from nodal.training.answers import predictions
from nodal.training.pretraining import pretrain
from nodal.workflow.settings import checked

LABELS_OF_A_NODE = 5
CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"


def trained(run: dict[str, Any], data: Dataset, masks: dict[str, Mask], seed: int) -> float:
    """Test accuracy of the network of a run, trained from scratch under these masks."""
    torch.manual_seed(seed)
    network: Any = build(run["model"], data)
    if masks:
        start_kept(network.fc, masks["fc.weight"])
    kept = Masks(network, masks)
    kept.apply()
    pretrain(network, data, run["normalise"], run["pretrain"], seed=seed, after_step=kept.apply)
    prepare = preparation(data.inputs["test"], run["normalise"])
    right = predictions(network, data.inputs["test"], prepare) == data.labels["test"]
    return float(right.double().mean())


def main(seeds: int) -> None:
    """Print a row a seed and kind of mask."""
    use_threads()
    config = checked(yaml.safe_load(CONFIG.read_text(encoding="utf-8")))
    run = config["runs"]["filters"]
    drawn = config["datasets"][run["dataset"]]
    rows = []
    for seed in range(seeds):
        counts = {split: drawn[split] for split in SPLITS}
        data = draw_dataset(drawn["family"], drawn["size"], counts, (drawn["seed"], seed))
        names = [*architecture(run["model"]).layers, "fc.weight"]
        network = build(run["model"], data)
        shapes = {name: network.get_parameter(name).shape for name in names}
        rng = np.random.default_rng([seed, 22])
        dealt = assigned_masks(shapes, len(data.names), LABELS_OF_A_NODE, rng)
        drawn_masks = {name: degree_mask(mask, rng) for name, mask in dealt.items()}
        for name, masks in (("none", {}), ("A-AFCC", dealt), ("random", drawn_masks)):
            sizes = {key: network.get_parameter(key).numel() // mask.size for key, mask in masks.items()}
            left = sum(int(mask.sum()) * sizes[key] for key, mask in masks.items())
            whole = sum(mask.size * sizes[key] for key, mask in masks.items())
            row = (
                seed,
                name,
                f"{left / whole:.3f}" if masks else "1",
                f"{trained(run, data, masks, seed):.4f}",
            )
            rows.append(row)
            print(*row, flush=True)
    print(table(("seed", "masks", "share of the weights kept", "test accuracy"), rows))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
