"""Which labels each attention head holds, and what random heads would hold.

REQUIRED INPUTS: results/{run}/seed{seed}/clusters/{probe}/attention{m}.parquet, results/data/{dataset}.safetensors (its metadata)
OUTPUTS: results/{run}/seed{seed}/heads/appearances.parquet, .../heads/null.parquet
"""


def attention_clusters(wildcards):
    """The clusters of every attention tap of the specialisation probe set."""
    probe = stage_settings(wildcards.run, "specialisation")
    folder = f"results/{wildcards.run}/seed{wildcards.seed}/clusters"
    taps = RUNS[wildcards.run]["probes"][probe]["taps"]
    return [f"{folder}/{probe}{variant}/{tap}.parquet" for variant in ("", "-heldout") for tap in taps]


rule specialise:
    input:
        data=dataset_of,
        clusters=attention_clusters,
    output:
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        null="results/{run}/seed{seed}/heads/null.parquet",
    log:
        "results/logs/{run}/seed{seed}/specialise.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/specialise.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=code("specialise.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model.heads", "specialisation"),
    conda:
        "../envs/tables.yaml"
    script:
        "../workflow/scripts/specialise.py"
