"""The studies of networks with a part of their weights: `assigned_masks` and `fewest_parameters`."""

from collections.abc import Iterable, Mapping

import pandas as pd

from nodal.tables.seeds import by_seed

KEYS = ["pruned", "mask"]
FEWEST_KEYS = ["mask"]
FRONT_KEYS = ["mask", "width", "share"]
_NUMBERS = ["density", "parameters", "accuracy", "accuracy_heldout"]


def assigned_masks(networks: pd.DataFrame, once: Mapping[int, Mapping[str, float]]) -> pd.DataFrame:
    """The numbers of each seed: a row a way to keep some weights of the FC layer, of a block, of all layers.

    Args:
        networks: A row a network: `seed`, `pruned`, `mask`, and its numbers.
        once: Accuracies of the network that was trained once, without a mask, by seed.

    Returns:
        `density`, share of the pruned layers' weights that is kept; `parameters` of the network that are not
        zero; `accuracy` on test images and `accuracy_heldout`. Where nothing is pruned, `unpruned` was
        trained twice, as what is pruned after a training, and `unpruned_once` as what is pruned before it.
    """
    shown = networks.assign(pruned=networks["pruned"].where(networks["mask"] != "unpruned", "nothing"))
    whole = shown[shown["mask"] == "unpruned"].set_index("seed")["parameters"]
    place = {"pruned": "nothing", "mask": "unpruned_once", "density": 1.0}
    more = pd.DataFrame(
        [{**place, "seed": seed, "parameters": whole[seed], **right} for seed, right in once.items()]
    )
    return pd.concat([shown, more], ignore_index=True)[[*KEYS, "seed", *_NUMBERS]]


def front(networks: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each seed: a row a way to prune, a width and a share; numbers as of `assigned_masks`."""
    return networks[[*FRONT_KEYS, "seed", *_NUMBERS]]


def fewest_parameters(networks: pd.DataFrame, asked: Mapping[int, float]) -> pd.DataFrame:
    """The smallest network of each way to prune that is as accurate as asked, the numbers of each seed.

    To prune nothing is a choice of every way: where no pruned network is as accurate, or only larger ones
    are, it is the smallest unpruned one.

    Args:
        networks: What `front` gave.
        asked: The accuracy on held-out images that it must reach, by seed.

    Returns:
        A row a way to prune: `asked`; `parameters` that are not zero, of the smallest; its `density` and
        accuracies. Empty where none is as accurate.
    """
    return by_seed(_smallest(networks, asked), FEWEST_KEYS)


def _smallest(networks: pd.DataFrame, asked: Mapping[int, float]) -> Iterable[dict[str, object]]:
    for mask, seed in networks[["mask", "seed"]].drop_duplicates().itertuples(index=False):
        wanted = asked[seed]
        rows = networks[(networks["seed"] == seed) & networks["mask"].isin([mask, "unpruned"])]
        enough = rows[rows["accuracy_heldout"] >= wanted].sort_values("parameters", kind="stable")
        smallest = enough[_NUMBERS].reset_index(drop=True).reindex([0]).iloc[0]
        numbers = {name: smallest[name] for name in _NUMBERS}
        yield {"mask": mask, "seed": seed, "asked": wanted, **numbers}
