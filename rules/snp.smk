"""Single-nodal performance (SNP) matrices of all nodes of a probe set, from one pass over each split.

REQUIRED INPUTS: results/{run}/seed{seed}/backbone.safetensors, .../probe/{probe}.safetensors, results/data/{dataset}.safetensors
OUTPUTS: results/{run}/seed{seed}/snp/{probe}{variant}/{tap}.parquet, a row a node; results/{run}/seed{seed}/accuracy/{probe}.parquet
"""

# A rule for each run and probe set, as each has taps of its own.
for run, probe in [(run, probe) for run in RUNS for probe in RUNS[run]["probes"]]:

    rule:
        name:
            f"snp_{run}_{probe}"
        input:
            data=f"results/data/{RUNS[run]['dataset']}.safetensors",
            backbone=f"results/{run}/seed{{seed}}/backbone.safetensors",
            probes=f"results/{run}/seed{{seed}}/probe/{probe}.safetensors",
        output:
            snp=per_tap("snp", run, probe),
            accuracy=f"results/{run}/seed{{seed}}/accuracy/{probe}.parquet",
        log:
            f"results/logs/{run}/seed{{seed}}/snp/{probe}.log",
        benchmark:
            f"results/benchmarks/{run}/seed{{seed}}/snp/{probe}.tsv"
        conda:
            "../envs/torch.yaml"
        threads: 1
        resources:
            gpu=1,
            mem_mb=growing(12000),
            runtime=growing(60),
        params:
            code=code("snp.py"),
            run=run,
            settings=settings_of(run, "model", "normalise")
            | {
                "dense_limit": config["dense_limit"],
                "probe": {
                    key: RUNS[run]["probes"][probe][key]
                    for key in ("bias", "norm", "split", "taps")
                },
            },
        script:
            "../workflow/scripts/snp.py"
