"""The trained network of a run.

REQUIRED INPUTS: results/data/{dataset}.safetensors
OUTPUTS: results/{run}/seed{seed}/backbone.safetensors, its history, and its accuracy by label
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
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=8000,
        runtime=720,
    params:
        code=code("pretrain.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "pretrain"),
    script:
        "../workflow/scripts/pretrain.py"
