"""The study `assigned_heads` (claim M18): attention heads that learn more from the labels assigned to them.

REQUIRED INPUTS: the data
OUTPUTS: results/{run}/seed{seed}/studies/assigned_heads/: a folder for each network (see networks.smk);
results/{run}/studies/assigned_heads.csv, the numbers of each seed in assigned_heads_seeds.csv, and
assigned_heads.png and .pdf
"""

# Factors of the gradients, by what is assigned.
HEAD_FACTORS = {"random": [3, 10], "superclasses": [10], "overlapping": [10]}
# No gradient is clipped, nor the network compiled, in either arm: clipping would undo a factor of all heads.
BOTH_ARMS = {"clip": 0.0, "compile": False}

LAST_BLOCK.add("assigned_heads")


localrules:
    assigned_heads,


ruleorder: train_assigned > train_variant


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


NETWORKS["assigned_heads"] = assigned_networks


use rule train_variant as train_assigned with:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        backbone=VARIANT.replace("{study}", "assigned_heads") + "/backbone.safetensors",
        history=VARIANT.replace("{study}", "assigned_heads") + "/pretrain.csv",
        accuracy=VARIANT.replace("{study}", "assigned_heads") + "/accuracy.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/assigned_heads/{variant}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/assigned_heads/{variant}.tsv"
    wildcard_constraints:
        variant="[a-z]+_[0-9]+",
    params:
        **job("train_assigned"),
        settings=lambda w: variant_settings(w.run, "assigned_heads", w.variant)
        | {
            "sets": w.variant.split("_")[0],
            "factor": int(w.variant.split("_")[1]),
            "weights": {name: asdict(own) for name, own in head_weights(ARCHITECTURES[w.run]).items()},
        },


use rule skip as assigned_heads with:
    input:
        unpack(lambda w: measured_variants(w.run, "assigned_heads", probe_of(w.run, "specialisation"))),
        data=lambda w: data_of(w.run, SEEDS[0]),
    output:
        **study_outputs("assigned_heads"),
    pathvars:
        job="assigned_heads",
    params:
        **job("assigned_heads"),
        settings=lambda w: {
            "networks": [
                (seed, kinds, factor)
                for seed in SEEDS
                for kinds, factor in [
                    (assigned_kinds(w.run), 1),
                    *(([kind], factor) for kind in assigned_kinds(w.run) for factor in HEAD_FACTORS[kind]),
                ]
            ],
            "heads": assigned_heads_of(w.run),
            "tap": last_tap(w.run, probe_of(w.run, "specialisation"))[0],
            "counting": counting(w.run, "specialisation"),
        },
