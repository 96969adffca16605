"""Tables of made-up numbers, three seeds each, for the tests of claims."""

import numpy as np
import pandas as pd

SEEDS = pd.DataFrame({"seed": [0, 1, 2], "shift": [-0.1, 0.0, 0.1]})
BLOCKS = pd.DataFrame(
    {
        "threshold": [0.3] * 4 + [0.5] * 4,
        "block": [4, 3, 2, 1] * 2,
        "snr": [4.0, 3.0, 2.0, 1.0, 4.0, 2.0, 3.0, 1.0],
        "noise": [2.0, 0.0, 1.0, np.nan] * 2,
    }
).merge(SEEDS, how="cross")
BLOCKS["snr"] += BLOCKS["shift"]
MASKS = pd.DataFrame({"mask": ["andc", "random"], "good": [0.9, 0.8]}).merge(SEEDS, how="cross")
MASKS["good"] += MASKS["shift"] / 10
TABLES = {
    "blocks": BLOCKS,
    "masks": MASKS,
    "plain": pd.DataFrame({"labels": [25, 20], "expected": [1.7, 0.95]}),
    "joint": pd.DataFrame(
        {"block": [1, 2, 3, 4], "excess_mean": [0.02, 0.01, 0.1, 0.4], "excess_low": [-0.01, -0.03, 0.0, 0.3],
         "excess_high": [0.03, 0.04, 0.2, 0.5], "seeds": 3}
    ),
    "measures": pd.DataFrame(
        {"measure": "network_main", "value": [0.8, 0.82, 0.81], "control": 0.01, "seed": [0, 1, 2]}
    ),
}  # fmt: skip
