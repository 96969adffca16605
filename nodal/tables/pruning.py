"""Table 3: the layers of the pruned block, and what pruning costs beside every other way to prune."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from nodal import paper
from nodal.architectures.architecture import Layer
from nodal.files.accuracy import accuracy
from nodal.pruning.andc import Mask
from nodal.tables.seeds import by_seed, over_seeds, with_paper
from nodal.tables.summaries import SUFFIX, Row, TapSummary, cluster_columns, joined, probe_accuracy

Counts = Mapping[int, pd.DataFrame]  # correct answers, by seed
NOTHING = 0.01  # what zeroing must lose at least for a share of it to say anything


def layers_of_block(
    layers: Mapping[str, Layer],
    thresholds: Mapping[str, float],
    summaries: Iterable[TapSummary],
    counts: Counts,
    masks: Mapping[int, Mapping[str, Mask]],
    printed: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The upper part of Table 3: a row a layer and side; and the numbers of each seed.

    Args:
        layers: The pruned layers of the block by name of the weight.
        thresholds: Of each tap at their ends.
        summaries: The averages of the block's taps at these thresholds, for every seed and variant.
        counts: Correct answers of the probes.
        masks: ANDC masks by seed and name of the weight.
        printed: Whether the paper's values stand beside.
    """
    found: dict[tuple[str, int], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for at in summaries:
        found[at.tap, at.seed][at.variant].append(cluster_columns(at.summary, SUFFIX[at.variant]))
    taps = {key: joined(variants) for key, variants in found.items()}
    sides = [
        (weight, layer.kind, side, tap)
        for weight, layer in layers.items()
        for side, tap in (("input", layer.source), ("output", layer.target))
    ]
    records: list[dict[str, Any]] = []
    for weight, layer, side, tap in sides:
        for seed, counted in counts.items():
            place = {"layer": layer, "side": side, "tap": tap, "threshold": thresholds[tap], "seed": seed}
            dilution = 1 - float(masks[seed][weight].mean())
            row = probe_accuracy(counted, tap) | taps[tap, seed]
            records.append({**place, **row, "dilution": dilution})
    keys = ["layer", "side", "tap", "threshold"]
    long = by_seed(records, keys)
    table = over_seeds(long, keys)
    rows = {
        (layer, side): (threshold, *values, paper.DILUTION[layer])
        for layer, side, _, threshold, *values in paper.TABLE3
        if printed
    }
    beside = zip(table["layer"], table["side"], strict=True)
    table.insert(4, "threshold_paper", [rows[row][0] if row in rows else None for row in beside])
    names = ["accuracy", "clusters", "size", "diagonal", "noise", "dilution"]
    printed_values = {key: values[1:] for key, values in rows.items()}
    return with_paper(table, ["layer", "side"], names, printed_values), long


def masks_compared(
    experiments: Mapping[str, Counts], backbone: Counts, printed: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lower part of Table 3: a row an experiment and mask, right after masking and after retraining.

    Beside it, the numbers of each seed. Cells of how a mask does on the images that chose it are empty.
    `masked_recovered` and `retrained_recovered` are the shares, of what is lost where all is zeroed, that a
    mask does not lose.

    Args:
        experiments: Correct answers under each mask by what is pruned: `block`, the block's layers; `fc`, the
            probe's FC layer, at each threshold.
        backbone: Of the network as it was.
        printed: Whether the paper's values stand beside.
    """
    records = [
        record | {"seed": seed}
        for name, experiment in experiments.items()
        for seed, counts in experiment.items()
        for record in _experiment(name, counts)
    ]
    records += [
        {
            **_keys("nothing", float("nan"), "backbone"),
            "seed": seed,
            "density": 1.0,
            "masked": accuracy(counts, split="test"),
            "masked_heldout": accuracy(counts, split="heldout"),
        }
        for seed, counts in backbone.items()
    ]
    keys = ["pruned", "threshold", "mask"]
    long = by_seed(records, keys)
    table = over_seeds(long, keys)
    values = {("block", mask): (value,) for mask, value in paper.PRUNED_BLOCK.items()}
    values |= {(f"fc{threshold}", mask): (value,) for (threshold, mask), value in paper.PRUNED_FC.items()}
    at = table["threshold"].map(lambda value: "" if pd.isna(value) else str(value))
    table["where"] = table["pruned"] + at
    for stage in ("masked", "retrained"):
        place = list(table.columns).index(f"{stage}_sd") + 1
        table.insert(place, f"{stage}_recovered", _recovered(table, f"{stage}_mean"))
    beside = with_paper(table, ["where", "mask"], ["retrained"], values if printed else {})
    return beside.drop(columns="where"), long


def _recovered(table: pd.DataFrame, column: str) -> list[float]:
    """Of what zeroing loses, the share that each row does not lose; nan where that is less than `NOTHING`."""
    shares = []
    for where, value in zip(table["where"], table[column], strict=True):
        of_mask = table[table["where"] == where].set_index("mask")[column]
        zeroed, unpruned = of_mask.get("zeroed", float("nan")), of_mask.get("unpruned", float("nan"))
        loss = unpruned - zeroed
        shares.append(float((value - zeroed) / loss) if loss >= NOTHING else float("nan"))
    return shares


def _experiment(name: str, counts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of one seed: a row a threshold, where there are any, and mask."""
    thresholded = "threshold" in counts
    for threshold in counts["threshold"].unique() if thresholded else [float("nan")]:
        part = counts[counts["threshold"] == threshold] if thresholded else counts
        for mask in part["mask"].unique():
            record = _keys(name, threshold, mask)
            record["density"] = part.loc[part["mask"] == mask, "density"].iloc[0]
            for stage in ("masked", "retrained"):
                for split, suffix in (("test", ""), ("heldout", "_heldout")):
                    own = mask == f"andc_{split}"
                    found = float("nan") if own else accuracy(part, mask=mask, stage=stage, split=split)
                    record[f"{stage}{suffix}"] = found
            yield record


def _keys(pruned: str, threshold: float, mask: str) -> dict[str, Any]:
    return {"pruned": pruned, "threshold": threshold, "mask": mask}


def curve(seeds: Counts, stage: str) -> pd.DataFrame:
    """Test accuracy and density of every mask at every threshold, mean and sd over seeds."""
    records = [
        {
            **{"threshold": threshold, "mask": mask, "seed": seed},
            "density": rows["density"].iloc[0],
            "accuracy": accuracy(rows, stage=stage, split="test"),
        }
        for seed, counts in seeds.items()
        for (threshold, mask), rows in counts.groupby(["threshold", "mask"], sort=False)
    ]
    keys = ["threshold", "mask"]
    return over_seeds(by_seed(records, keys), keys)
