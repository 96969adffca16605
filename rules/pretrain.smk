"""The network of a run: trained from scratch, or with published weights.

REQUIRED INPUTS: results/data/{dataset}.safetensors; for published weights, the checkpoint
OUTPUTS: results/{run}/seed{seed}/backbone.safetensors, its accuracy by label, and the history of its training
"""


rule pretrain:
    input:
        data=dataset_of,
    output:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        history="results/{run}/seed{seed}/pretrain.csv",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    log:
        "results/logs/{run}/seed{seed}/pretrain.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/pretrain.tsv"
    wildcard_constraints:
        run=runs_with_checkpoint(False),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(720),
    params:
        code=code("pretrain.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "pretrain"),
    script:
        "../workflow/scripts/pretrain.py"


rule take_published:
    input:
        data=dataset_of,
        checkpoint=lambda w: RUNS[w.run]["pretrain"]["checkpoint"],
    output:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    log:
        "results/logs/{run}/seed{seed}/take_published.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/take_published.tsv"
    wildcard_constraints:
        run=runs_with_checkpoint(True),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(30),
    params:
        code=code("take_published.py"),
        run="{run}",
        settings=lambda w: settings_of(
            w.run, "model", "normalise", "pretrain.at_chance"
        ),
    script:
        "../workflow/scripts/take_published.py"
