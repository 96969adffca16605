"""Functions of the studies `optimizers`, `number_of_heads` and `assigned_heads`: the networks that each trains.

REQUIRED INPUTS: none
OUTPUTS: functions and constants only; no rule
"""

BEST_RATE = "results/{run}/seed{seed}/studies/optimizers/best/{optimizer}"
# A rate of SGD does what one of AdamW does that is so many times smaller; each is tried at three rates.
RATE_SCALE = {"adamw": 1, "sgd": 100, "muon": 1}
RATE_FACTORS = {"low": 1 / 3, "same": 1, "high": 3}


def optimizer_recipe(run, optimizer, factor):
    """The optimiser and its rate; weights decay by as much a step as with the run's own, at factor 1."""
    own = setting(run, "pretrain")
    scale = RATE_SCALE[optimizer] / RATE_SCALE[own["optimizer"]]
    return {
        "optimizer": optimizer,
        "lr": own["lr"] * scale * factor,
        "weight_decay": own["weight_decay"] / scale,
    }


def optimizer_networks(run):
    """A network for each optimiser and rate."""
    return {
        f"{optimizer}_{name}": {"pretrain": optimizer_recipe(run, optimizer, factor)}
        for optimizer in RATE_SCALE
        for name, factor in RATE_FACTORS.items()
    }


def tried_rates(run, optimizer, seed, which):
    """The files of the networks that an optimiser trained."""
    names = [f"{optimizer}_{name}" for name in RATE_FACTORS]
    return [variant_files(run, "optimizers", name, seed)[which] for name in names]


def chosen_networks(run, file):
    """A file of the chosen network of every seed and optimiser."""
    return [
        f"{BEST_RATE}/{file}".format(run=run, seed=seed, optimizer=each)
        for seed in SEEDS
        for each in RATE_SCALE
    ]


# Attention heads in every block, with all labels; with fewer labels only two and the most of these. Those see
# each training input so many times an epoch: as many inputs in all with ten labels as with fifty.
NUMBERS_OF_HEADS = [1, 2, 4, 8, 16]
WITH_LABELS = {10: 5, 50: 1}


def more_in_some(run):
    """Four times as many heads in the later half of the blocks, or in the earlier; nothing in other families."""
    model = setting(run, "model")
    if model["family"] != "cct" or not isinstance(own := model["heads"], int) or model["width"] % (4 * own):
        return {}
    half = model["depth"] // 2
    later = [own] * (model["depth"] - half) + [4 * own] * half
    return {"later": {"heads": later}, "earlier": {"heads": later[::-1]}}


def headed_networks(run):
    """A network for each number of heads and of labels."""
    model = setting(run, "model")
    width = model.get("width", model.get("arguments", {}).get("hidden_size", 0))
    numbers = [heads for heads in NUMBERS_OF_HEADS if width % heads == 0]
    networks = {f"heads{heads}": {"heads": heads} for heads in numbers}
    for labels, times in WITH_LABELS.items():
        for heads in (2, numbers[-1]):
            networks[f"heads{heads}_labels{labels}"] = {"heads": heads, "labels": f"{labels}x{times}_0"}
    return networks | more_in_some(run)


def last_heads(run, heads):
    """The attention heads of the last block."""
    return heads if isinstance(heads, int) else heads[-1]


# Factors of the gradients, by what is assigned; with 3 the embedded default learns nothing (docs/studies.md).
HEAD_FACTORS = {"random": [1.25, 1.5], "superclasses": [1.25], "overlapping": [1.25]}
# No gradient is clipped, nor the network compiled, in either arm: clipping would undo a factor of all heads.
BOTH_ARMS = {"clip": 0.0, "compile": False}
ASSIGNED_NETWORK = "results/{run}/seed{seed}/studies/assigned_heads/{variant}"


def assigned_heads_of(run):
    """The number of attention heads, which is the same in every block."""
    heads = {weights.heads for weights in head_weights(ARCHITECTURES[run]).values()}
    if len(heads) != 1:
        raise WorkflowError(
            f"runs.{run}: the study assigned_heads needs as many attention heads in each block"
        )
    return heads.pop()


def assigned_kinds(run):
    """The choices of labels that the data set and the heads allow."""
    data = config["datasets"][setting(run, "dataset")]
    grouped = data["source"] in ("glyphs", "languages") or data.get("name") == "cifar100"
    return [
        "random",
        *(["superclasses"] if grouped or data.get("superclasses") else []),
        *(["overlapping"] if assigned_heads_of(run) > 2 else []),
    ]


def assigned_networks(run):
    """Plain training, and a network for each choice of labels and factor."""
    kinds = assigned_kinds(run)
    networks = [f"{kind}_{factor}" for kind in kinds for factor in HEAD_FACTORS[kind]]
    return {name: {"pretrain": BOTH_ARMS} for name in ("plain", *networks)}
