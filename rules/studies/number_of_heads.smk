"""The study `number_of_heads` (claim M19): attention heads from one to sixteen, on ten labels up to all of them.

REQUIRED INPUTS: the data, the backbone
OUTPUTS: results/{run}/seed{seed}/studies/number_of_heads/: a folder for each network (see networks.smk);
results/{run}/studies/number_of_heads.csv, the numbers of each seed in number_of_heads_seeds.csv, and
number_of_heads.png and .pdf
"""

# Attention heads in every block, with all labels; with fewer labels only two and the most of these. Those see
# each training input so many times an epoch: as many inputs in all with ten labels as with fifty.
NUMBERS_OF_HEADS = [1, 2, 4, 8, 16]
WITH_LABELS = {10: 5, 50: 1}

LAST_BLOCK.add("number_of_heads")


localrules:
    number_of_heads,


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


NETWORKS["number_of_heads"] = headed_networks


def last_heads(run, heads):
    """The attention heads of the last block."""
    return heads if isinstance(heads, int) else heads[-1]


use rule skip as number_of_heads with:
    input:
        unpack(lambda w: measured_variants(w.run, "number_of_heads", probe_of(w.run, "specialisation"))),
    output:
        **study_outputs("number_of_heads"),
    pathvars:
        job="number_of_heads",
    params:
        **job("number_of_heads"),
        settings=lambda w: {
            "networks": [
                (
                    seed,
                    str(change["heads"]) if isinstance(change["heads"], int) else name,
                    last_heads(w.run, change["heads"]),
                )
                for seed in SEEDS
                for name, change in headed_networks(w.run).items()
            ],
            "tap": last_tap(w.run, probe_of(w.run, "specialisation"))[0],
            "counting": counting(w.run, "specialisation"),
        },
