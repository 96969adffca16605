"""Which labels each attention head holds, and what random heads would hold.

REQUIRED INPUTS: results/{run}/seed{seed}/clusters/{probe}/attention{m}.parquet, results/data/{dataset}.safetensors (its metadata)
OUTPUTS: results/{run}/seed{seed}/heads/appearances.parquet, .../heads/null.parquet
"""


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
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("specialise.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model.heads", "specialisation"),
    script:
        "../workflow/scripts/specialise.py"
