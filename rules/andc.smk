"""ANDC (applied nodal diagonal connections): masks, what masking costs, and what retraining brings back.

REQUIRED INPUTS: the clusters of the pruning probe set, the backbone, the data
OUTPUTS: results/{run}/seed{seed}/masks/{mask}.safetensors, .../retrain/accuracy.parquet and andc.safetensors, .../fc_pruning.parquet
"""

# The rule, the rule from held-out images, four other ways to the same density, and two controls:
# all four layers gone, and nothing pruned.
MASKS = [
    "andc",
    "andc_heldout",
    "random",
    "degree",
    "magnitude",
    "assigned",
    "zeroed",
    "unpruned",
]


rule masks:
    input:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        clusters=pruning_clusters(""),
        heldout=pruning_clusters("-heldout"),
    output:
        expand("results/{{run}}/seed{{seed}}/masks/{mask}.safetensors", mask=MASKS),
    log:
        "results/logs/{run}/seed{seed}/masks.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/masks.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("masks.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "pruning.block", "pruning.thresholds"),
    script:
        "../workflow/scripts/masks.py"


rule retrain:
    input:
        data=dataset_of,
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        masks=rules.masks.output,
    output:
        accuracy="results/{run}/seed{seed}/retrain/accuracy.parquet",
        network="results/{run}/seed{seed}/retrain/andc.safetensors",
    log:
        "results/logs/{run}/seed{seed}/retrain.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/retrain.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(240),
    params:
        code=code("retrain.py"),
        run="{run}",
        settings=lambda w: settings_of(
            w.run, "model", "normalise", "pruning.block", "pruning.retrain"
        ),
    script:
        "../workflow/scripts/retrain.py"


rule prune_fc:
    input:
        data=dataset_of,
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=fc_probe,
        clusters=fc_clusters(""),
        heldout=fc_clusters("-heldout"),
    output:
        "results/{run}/seed{seed}/fc_pruning.parquet",
    log:
        "results/logs/{run}/seed{seed}/prune_fc.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/prune_fc.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(60),
    params:
        code=code("prune_fc.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "fc_pruning")
        | {
            "probe": {
                key: RUNS[w.run]["probes"][stage_settings(w.run, "fc_pruning")][key]
                for key in ("bias", "norm", "taps")
            }
        },
    script:
        "../workflow/scripts/prune_fc.py"
