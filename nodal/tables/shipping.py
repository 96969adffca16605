"""What smaller networks buy: accuracy over the seeds beside weights, operations, bytes and speed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nodal.files.accuracy import accuracies
from nodal.tables.seeds import by_seed, over_seeds

_COSTS = ["parameters", "nonzero", "macs", "macs_left"]


def shipping(
    counts: Mapping[int, pd.DataFrame],
    latency: pd.DataFrame,
    sizes: Mapping[str, Mapping[str, int]],
    about: Mapping[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a network, the dense one first; and the numbers of each seed.

    Args:
        counts: Correct answers of the networks and what each costs, by seed.
        latency: What `nodal.pruning.latency.latencies` measured of the first seed's.
        sizes: Bytes of the files of the first seed by column (`bytes`, `bytes_onnx`) and network.
        about: On what machine it was measured.

    Returns:
        `network, seeds`; mean and sd of `accuracy` (test images) and `accuracy_heldout`; of the first seed
        the parameters in all and those that are not zero, the multiply-accumulates an input in all and those
        with a weight that is not zero, the bytes of its safetensors and of its ONNX file, and for each
        runtime and batch size, as in `torch_64_ms` and `torch_64_speed`, the median milliseconds of a batch
        and the speed as a multiple of the dense network's; `machine`.
    """
    records = [
        {
            **{"network": network, "seed": seed},
            **accuracies(rows),
            **{name: rows[name].iloc[0] for name in _COSTS},
        }
        for seed, found in counts.items()
        for network, rows in found.groupby("network", sort=False)
    ]
    long = by_seed(records, ["network"])
    table = over_seeds(long.drop(columns=_COSTS), ["network"])
    first = long[long["seed"] == next(iter(counts))].set_index("network")
    for name in _COSTS:
        table[name] = table["network"].map(first[name])
    for name, found in sizes.items():
        table[name] = table["network"].map(found).astype("Int64")
    for (runtime, batch), rows in latency.groupby(["runtime", "batch"], sort=False):
        of_network = rows.set_index("network")
        for column, name in (("milliseconds", "ms"), ("speed", "speed")):
            table[f"{runtime}_{batch}_{name}"] = table["network"].map(of_network[column])
    said = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    table["machine"] = f"{about['machine']}, {about['threads']} thread, load {about['load']}; {said}"
    return table, long
