"""Attention output fields of all test images beside the images themselves (Fig 11).

REQUIRED INPUTS: the data, the network, the pruned and retrained network, heads/appearances.parquet
OUTPUTS: results/{run}/seed{seed}/attention/similarity.parquet, .../attention/examples.safetensors, .../figures/fig11
"""


localrules:
    fig11,


rule attention_fields:
    input:
        data=dataset_of,
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        pruned="results/{run}/seed{seed}/retrain/andc.safetensors",
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    output:
        similarity="results/{run}/seed{seed}/attention/similarity.parquet",
        examples="results/{run}/seed{seed}/attention/examples.safetensors",
    log:
        "results/logs/{run}/seed{seed}/attention_fields.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/attention_fields.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(30),
    params:
        code=code("attention_fields.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise"),
    script:
        "../workflow/scripts/attention_fields.py"


rule fig11:
    input:
        similarity="results/{run}/seed{seed}/attention/similarity.parquet",
        examples="results/{run}/seed{seed}/attention/examples.safetensors",
    output:
        pdf="results/{run}/seed{seed}/figures/fig11.pdf",
        png="results/{run}/seed{seed}/figures/fig11.png",
    log:
        "results/logs/{run}/seed{seed}/fig11.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig11.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("fig11.py"),
    script:
        "../workflow/scripts/fig11.py"
