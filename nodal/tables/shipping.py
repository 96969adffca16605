"""What smaller networks cost in accuracy and what they buy: size and speed beside the dense network's."""

from collections.abc import Mapping, Sequence

import pandas as pd

from nodal.files.accuracy import accuracy
from nodal.tables.seeds import over_seeds


def shipping(counts: Sequence[pd.DataFrame], costs: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """A row a network.

    Args:
        counts: What each seed counted of correct answers, by `mask` (the network), `split` and, where it was
            retrained, `stage`.
        costs: By network what it costs: `parameters`, `nonzero`, `macs`, `macs_left`, `bytes`, milliseconds,
            and speeds as ratios to the network `dense`.

    Returns:
        `network`, `seeds`, mean and sd of the test and held-out accuracy, the costs, and `weights_kept`, its
        parameters over those of the dense network.
    """
    records = [
        {"network": name, "accuracy": accuracy(last, split="test"),
         "accuracy_heldout": accuracy(last, split="heldout")}
        for count in counts
        for name, last in _last(count).groupby("mask", sort=False)
    ]  # fmt: skip
    table = over_seeds(records, ["network"])
    measured = pd.DataFrame.from_dict(costs, orient="index").reset_index(names="network")
    table = table.merge(measured, "right", "network")
    table["weights_kept"] = table["nonzero"] / float(costs["dense"]["parameters"])
    return table


def _last(count: pd.DataFrame) -> pd.DataFrame:
    """What was counted last of each network."""
    return count[count["stage"] != "masked"] if "stage" in count else count
