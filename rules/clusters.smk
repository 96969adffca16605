"""Clusters of labels in the SNP (single-nodal performance) matrices, and the counts that follow from them.

REQUIRED INPUTS: results/{run}/seed{seed}/snp/{probe}{variant}/{tap}.parquet
OUTPUTS: results/{run}/seed{seed}/clusters/{probe}{variant}/{tap}.parquet, .../statistics/{probe}{variant}/{tap}.parquet
"""

for run, probe in [(run, probe) for run in RUNS for probe in RUNS[run]["probes"]]:

    rule:
        name:
            f"clusters_{run}_{probe}"
        input:
            snp=per_tap("snp", run, probe),
        output:
            clusters=per_tap("clusters", run, probe),
            statistics=per_tap("statistics", run, probe),
        log:
            f"results/logs/{run}/seed{{seed}}/clusters/{probe}.log",
        benchmark:
            f"results/benchmarks/{run}/seed{{seed}}/clusters/{probe}.tsv"
        conda:
            "../envs/tables.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(30),
        params:
            code=code("clusters.py"),
            settings={
                key: RUNS[run]["probes"][probe][key] for key in ("rule", "thresholds")
            },
        script:
            "../workflow/scripts/clusters.py"
