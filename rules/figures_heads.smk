"""Figures of attention heads: which labels belong to which head, and what chance would give.

REQUIRED INPUTS: heads/appearances.parquet, accuracies, clusters of the attention taps, the data file (names of the labels)
OUTPUTS: results/{run}/seed{seed}/figures/fig{7,8,9}, results/{run}/figures/fig10
"""


localrules:
    fig7,
    fig8,
    fig9,
    fig10,


rule fig7:
    input:
        data=dataset_of,
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    output:
        pdf="results/{run}/seed{seed}/figures/fig7.pdf",
        png="results/{run}/seed{seed}/figures/fig7.png",
    log:
        "results/logs/{run}/seed{seed}/fig7.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig7.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig7.py"),
        settings=lambda w: settings_of(w.run, "model.width"),
    script:
        "../workflow/scripts/fig7.py"


rule fig8:
    input:
        data=dataset_of,
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy=lambda w: f"results/{w.run}/seed{w.seed}/accuracy/{stage_settings(w.run, 'specialisation')}.parquet",
    output:
        pdf="results/{run}/seed{seed}/figures/fig8.pdf",
        png="results/{run}/seed{seed}/figures/fig8.png",
    log:
        "results/logs/{run}/seed{seed}/fig8.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig8.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig8.py"),
        settings=lambda w: settings_of(w.run, "model.width", "specialisation.ratio"),
    script:
        "../workflow/scripts/fig8.py"


rule fig9:
    input:
        data=dataset_of,
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    output:
        pdf="results/{run}/seed{seed}/figures/fig9.pdf",
        png="results/{run}/seed{seed}/figures/fig9.png",
    log:
        "results/logs/{run}/seed{seed}/fig9.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig9.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig9.py"),
        settings=lambda w: settings_of(w.run, "paper"),
    script:
        "../workflow/scripts/fig9.py"


rule fig10:
    input:
        clusters=lambda w: of_seeds(
            w.run, *(f"clusters/{tap}.parquet" for tap in last_attention_taps(w.run))
        ),
    output:
        pdf="results/{run}/figures/fig10.pdf",
        png="results/{run}/figures/fig10.png",
    log:
        "results/logs/{run}/fig10.log",
    benchmark:
        "results/benchmarks/{run}/fig10.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig10.py"),
        settings=lambda w: settings_of(w.run, "model.heads", "specialisation", "paper")
        | figure_settings(w.run, "ratios"),
    script:
        "../workflow/scripts/fig10.py"
