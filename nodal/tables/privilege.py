"""Basis privilege: SNR of the nodes over that of random directions, tap by tap, trained and untrained."""

from collections.abc import Iterator, Mapping

import pandas as pd

from nodal.snp.privilege import interval
from nodal.tables.seeds import over_seeds

KEYS = ["set", "tap", "kind", "block", "network", "threshold"]


def privilege(rotated: Mapping[tuple[str, int], pd.DataFrame]) -> pd.DataFrame:
    """A row a probe set, tap, network and threshold.

    Args:
        rotated: What `read_rotated` gives, by probe set and seed.

    Returns:
        `snr` and `snr_rotated`, means over the seeds (of rotations first); `privilege`, the mean over seeds
        of the ratio of a seed's SNR to the mean of its rotations', `_low` and `_high`, its 95 % interval over
        seeds (`interval`), `_spread`, the sd over rotations of the ratio, averaged over seeds; the same at
        the thresholds of equal mean diagonal, `_equal`; the mean diagonals of both; and `privilege_probe`,
        the ratio to the SNR along the axes of a random basis in which a probe was trained, where there is
        one: an optimiser knows the axes, and so treats nodes and directions alike only there.
    """
    seeds = pd.concat(
        [_of_seed(table).assign(set=name, seed=seed) for (name, seed), table in rotated.items()],
        ignore_index=True,
    )
    seeds = _beside_rotated_probes(seeds)
    rows = []
    for keys, here in seeds.groupby(KEYS, sort=False):
        row = dict(zip(KEYS, keys, strict=True)) | {"seeds": len(here)}
        means = ("snr", "snr_rotated", "diagonal", "diagonal_rotated", "diagonal_equal")
        row |= {f"{name}_mean": here[name].mean() for name in means}
        for name in ("privilege", "privilege_equal"):
            row |= _over_seeds(name, here[name]) | {f"{name}_spread": here[f"{name}_spread"].mean()}
        rows.append(row | _over_seeds("privilege_probe", here["privilege_probe"]))
    return pd.DataFrame(rows)


def privilege_of_runs(tables: Mapping[str, pd.DataFrame], accuracies: pd.DataFrame) -> pd.DataFrame:
    """All runs below each other, with the accuracies of their probes.

    Args:
        tables: What `privilege` made of each run.
        accuracies: A row a `run`, `set`, `tap`, `network` and seed: the `accuracy` on the test inputs.

    Returns:
        `run`, the columns that say the place, `accuracy_mean` and `accuracy_sd` over the seeds, and the
        columns of `privilege`.
    """
    at = ["run", "set", "tap", "network"]
    means = over_seeds(accuracies, at).drop(columns="seeds")
    every = pd.concat([table.assign(run=run) for run, table in tables.items()], ignore_index=True)
    table = every.merge(means, on=at, how="left", validate="many_to_one")
    first = ["run", *KEYS, "seeds", "accuracy_mean", "accuracy_sd"]
    return table[[*first, *(name for name in every if name not in first)]]


def _beside_rotated_probes(seeds: pd.DataFrame) -> pd.DataFrame:
    """The same with `privilege_probe` in the rows of the trained network; nan without such a probe."""
    at = [*KEYS, "seed"]
    probes = seeds.loc[seeds["network"] == "rotated_probe", [*at, "snr"]].assign(network="trained")
    both = seeds.merge(probes, on=at, how="left", suffixes=("", "_probe"), validate="one_to_one")
    return both.assign(privilege_probe=both["snr"] / both["snr_probe"])


def _over_seeds(name: str, ratios: pd.Series) -> dict[str, float]:
    low, high = interval(ratios)
    return {f"{name}_mean": ratios.mean(), f"{name}_low": low, f"{name}_high": high}


def _of_seed(table: pd.DataFrame) -> pd.DataFrame:
    """The numbers of one seed: a row a tap, network and threshold."""
    return pd.DataFrame(list(_rows(table)))


def _rows(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    keys = [key for key in KEYS if key != "set"]
    for at, here in table.groupby(keys, sort=False):
        native = here[here["rotation"] == 0].iloc[0]
        turned = here[(here["rotation"] > 0) & ~here["matched"]]
        equal = here[(here["rotation"] > 0) & here["matched"]]
        row = dict(zip(keys, at, strict=True))
        row |= {"snr": native["snr"], "snr_rotated": turned["snr"].mean(), "diagonal": native["diagonal"]}
        row |= {"diagonal_rotated": turned["diagonal"].mean(), "diagonal_equal": equal["diagonal"].mean()}
        for name, directions in (("privilege", turned), ("privilege_equal", equal)):
            row[name] = native["snr"] / directions["snr"].mean()
            row[f"{name}_spread"] = (native["snr"] / directions["snr"]).std()
        yield row
