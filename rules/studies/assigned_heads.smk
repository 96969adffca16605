"""The study `assigned_heads` (claim M18): attention heads that learn more from the labels assigned to them.

REQUIRED INPUTS: the data
OUTPUTS: results/{run}/seed{seed}/studies/assigned_heads/: a folder for each network (see networks.smk);
results/{run}/studies/assigned_heads.csv, the numbers of each seed in assigned_heads_seeds.csv, and
assigned_heads.png and .pdf
"""

NETWORKS["assigned_heads"] = assigned_networks
LAST_BLOCK.add("assigned_heads")


localrules:
    assigned_heads,


ruleorder: train_assigned > train_variant


use rule train_variant as train_assigned with:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        backbone=f"{ASSIGNED_NETWORK}/backbone.safetensors",
        history=f"{ASSIGNED_NETWORK}/pretrain.csv",
        accuracy=f"{ASSIGNED_NETWORK}/accuracy.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/assigned_heads/{variant}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/assigned_heads/{variant}.tsv"
    wildcard_constraints:
        variant="[a-z]+_[0-9.]+",
    params:
        **job("train_assigned"),
        settings=lambda w: variant_settings(w.run, "assigned_heads", w.variant)
        | {
            "sets": w.variant.split("_")[0],
            "factor": float(w.variant.split("_")[1]),
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
