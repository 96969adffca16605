"""The unified figure over the networks of this folder that read photographs, from their tables here.

    python -m reference.unified

writes `unified.csv` and `unified.png`. Networks are to be compared under the same pooling of their probes.
"""

from pathlib import Path

import pandas as pd

from nodal.figures.style import save
from nodal.figures.unified import along_the_depth
from nodal.tables.seeds import write_csv
from nodal.tables.unified import COMPARED

FOLDER = Path(__file__).parent
THRESHOLD = 0.3
# Where the tables lie and what they begin with; the network, its data, its number of labels, the pooling.
NETWORKS = [
    ("micronet/micronet_", "MicroNet v2", "CIFAR-100", 100, "mean"),
    ("resnet-cifar10/resnet20_", "ResNet-20", "CIFAR-10", 10, "mean"),
    ("cifar100-cct7/", "CCT-7/3x1, 16x16", "CIFAR-100", 100, "sequence"),
    ("cifar100-medium/", "CCT, medium", "CIFAR-100", 100, "sequence"),
    ("cifar100-small/", "CCT, small", "CIFAR-100", 100, "sequence"),
]


def unified(tables: str, network: str, data: str, labels: int, pooling: str) -> pd.DataFrame:
    """A row a block, as in `results/unified.csv`; without the twins that the tables do not hold.

    Args:
        tables: Path of Tables 1 and 2 below this folder, up to the name `table1.csv`.
        network: Its name.
        data: What it was trained on.
        labels: How many.
        pooling: Of the probes.
    """
    clusters, signal = (pd.read_csv(FOLDER / f"{tables}table{number}.csv") for number in (1, 2))
    both = clusters.merge(signal, on=["threshold", "block", "seeds"])
    both = both[both["threshold"] == THRESHOLD].sort_values("block", ignore_index=True)
    about = {"run": network, "network": data, "pooling": pooling, "labels": labels}
    table = pd.DataFrame(about, index=both.index)
    table["relative_depth"] = both["block"] / both["block"].max()
    measured = ["accuracy", "accuracy_untrained"]
    measured += [f"{name}{twin}" for name in COMPARED for twin in ("", "_rotated", "_untrained")]
    columns = [f"{name}_{of}" for name in measured for of in ("mean", "sd")]
    table = table.join(both.reindex(columns=["block", "threshold", "seeds", *columns]))
    if "snr_rotated_mean" in both:
        table["privilege_mean"] = both["snr_mean"] / both["snr_rotated_mean"]
    return table.assign(privilege_sd=float("nan"))


if __name__ == "__main__":
    found = pd.concat([unified(*each) for each in NETWORKS], ignore_index=True)
    write_csv(FOLDER / "unified.csv", found)
    save(along_the_depth(found), str(FOLDER / "unified.png"))
