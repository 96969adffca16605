"""Functions of the studies that train networks of other labels or widths, or with a part of their weights.

REQUIRED INPUTS: none
OUTPUTS: functions and constants only; no rule
"""

# How many labels, and how often each of their training inputs is seen: of a hundred labels, by all networks
# as many inputs in all.
FEWER_LABELS = {10: 10, 25: 4, 50: 2}
# Times the run's own width, and times its rate: at that, some networks twice as wide learn nothing
# (docs/studies.md).
WIDTHS = {"half": (0.5, 1), "twice": (2, 0.5)}


def growing_networks(run):
    """The networks of fewer labels; the run's own; and those of all labels of other widths."""
    fewer = {f"labels{labels}": {"labels": f"{labels}x{times}_0"} for labels, times in FEWER_LABELS.items()}
    rate = setting(run, "pretrain").get("lr", 0)  # without a recipe `variant_settings` refuses the run
    widths = other_widths(run, {name: width for name, (width, _) in WIDTHS.items()})
    other = {name: change | {"pretrain": {"lr": rate * WIDTHS[name][1]}} for name, change in widths.items()}
    return fewer | {"same": {}} | other


# How many networks a seed, each of another ten of its labels; how often each training input is seen an epoch.
TENS, TIMES = 4, 4


def ten_networks(run):
    """The networks of ten labels; of CIFAR-10, which has no more, the run's own."""
    if config["datasets"][setting(run, "dataset")].get("name") == "cifar10":
        return {"own": {}}
    return {f"ten{part}": {"labels": f"10x{TIMES}_{part}"} for part in range(TENS)}


# The widths of masked networks beside the run's own; masks from the first step, and after a training.
MASKED_WIDTHS = {"three_quarters": 0.75}
SCRATCH_MASKS = ["a_andc", "random", "disjoint"]
TRAINED_MASKS = ["andc", "magnitude", "unpruned"]


def own_epochs(run):
    """Of how many epochs the run's training is; `variant_settings` refuses runs that have none."""
    return setting(run, "pretrain").get("epochs", 0)


def second_epochs(run):
    """Of how many epochs the second of two trainings is."""
    return max(1, own_epochs(run) // 4)


def first_networks(run):
    """The networks that are pruned after their training, by width."""
    epochs = {"epochs": own_epochs(run) - second_epochs(run)}
    return {
        width: change | {"pretrain": epochs}
        for width, change in ({"same": {}} | other_widths(run, MASKED_WIDTHS)).items()
    }


def readout_of(run):
    """Name of the network's own last layer."""
    if not ARCHITECTURES[run].readout:
        raise WorkflowError(f"runs.{run}: this study prunes the network's own FC layer, which is not known")
    return ARCHITECTURES[run].readout.module


def chosen_weights(run, pruned):
    """Names of the weights that are masked."""
    fc = f"{readout_of(run)}.weight"
    layers = {
        "fc": [fc],
        "block": list(ARCHITECTURES[run].layers_of(setting(run, "pruning.block"))),
        "network": [*ARCHITECTURES[run].layers, fc],
    }
    return layers[pruned]


def masked_settings(run, width, pruned):
    """What is trained and masked."""
    return variant_settings(run, "masked", width) | {
        "layers": network_settings(run)["layers"],
        "readout": readout_of(run),
        "chosen": chosen_weights(run, pruned),
    }


def masked_of(run, width, pruned, share, masks):
    """The files of these masks of every seed, mask by mask."""
    path = f"studies/masked/{width}/{pruned}{share}/{{}}.parquet"
    return [file for mask in masks for file in of_seeds(run, path.format(mask))]


# Of how many weights one is kept; of the FC layer, of the last block, of all layers by which masks.
ASSIGNED_SHARE = 4
ASSIGNED = [(pruned, mask) for pruned in ("fc", "block") for mask in ("a_andc", "random", "andc")]
ASSIGNED += [("network", mask) for mask in SCRATCH_MASKS + TRAINED_MASKS]


# Of how many weights one is kept; and how much accuracy on held-out images may be lost.
FEWEST_SHARES = {"andc": [2, 4, 8], "magnitude": [2, 4, 8], "a_andc": [4, 8], "unpruned": [4]}
MAY_BE_LOST = 0.05


def fewest_files(run):
    """The files of all networks."""
    return [
        file
        for width in first_networks(run)
        for mask, shares in FEWEST_SHARES.items()
        for share in shares
        for file in masked_of(run, width, "network", share, [mask])
    ]
