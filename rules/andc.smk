"""ANDC (applied nodal diagonal connections): masks, what masking costs, and what retraining brings back.

REQUIRED INPUTS: the clusters of the pruning probe set, the backbone, the data
OUTPUTS: results/{run}/seed{seed}/masks/{mask}.safetensors, .../retrain/accuracy.parquet and andc.safetensors, .../fc_pruning.parquet
"""

# The rule, the rule from held-out images, four other ways to the same density, and two controls:
# all four layers gone, and nothing pruned.
MASKS = ["andc", "andc_heldout", "random", "degree", "magnitude", "assigned", "zeroed", "unpruned"]


def pruning_clusters(variant):
    """The cluster files of the pruned block's taps."""

    def files(wildcards):
        probe, block = (stage_settings(wildcards.run, "pruning", key) for key in ("probe", "block"))
        kinds = RUNS[wildcards.run]["pruning"]["thresholds"]
        folder = f"results/{wildcards.run}/seed{wildcards.seed}/clusters/{probe}{variant}"
        return [f"{folder}/{kind}{block}.parquet" for kind in kinds]

    return files


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
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("masks.py"),
        settings=lambda w: settings_of(w.run, "pruning.block", "pruning.thresholds"),
    conda:
        "../envs/tables.yaml"
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
    threads: 1
    resources:
        gpu=1,
        mem_mb=8000,
        runtime=240,
    params:
        code=code("retrain.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.block", "pruning.retrain"),
    conda:
        "../envs/torch.yaml"
    script:
        "../workflow/scripts/retrain.py"


def fc_input(folder, variant="", suffix=""):
    """A file of the tap whose FC layer is pruned."""

    def file(wildcards):
        probe, tap = (stage_settings(wildcards.run, "fc_pruning", key) for key in ("probe", "tap"))
        return f"results/{wildcards.run}/seed{wildcards.seed}/{folder}/{probe}{variant}" + (suffix or f"/{tap}.parquet")

    return file


rule prune_fc:
    input:
        data=dataset_of,
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        heads=fc_input("probe", suffix=".safetensors"),
        clusters=fc_input("clusters"),
        heldout=fc_input("clusters", "-heldout"),
    output:
        "results/{run}/seed{seed}/fc_pruning.parquet",
    log:
        "results/logs/{run}/seed{seed}/prune_fc.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/prune_fc.tsv"
    threads: 1
    resources:
        gpu=1,
        mem_mb=8000,
        runtime=60,
    params:
        code=code("prune_fc.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "fc_pruning")
        | {
            "head": {
                key: RUNS[w.run]["probes"][stage_settings(w.run, "fc_pruning")][key]
                for key in ("bias", "norm", "taps")
            }
        },
    conda:
        "../envs/torch.yaml"
    script:
        "../workflow/scripts/prune_fc.py"
