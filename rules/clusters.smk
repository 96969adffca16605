"""Clusters of labels in the SNP (single-nodal performance) matrices, and the counts that follow from them.

REQUIRED INPUTS: results/{run}/seed{seed}/snp/{probe}{variant}/{tap}.parquet
OUTPUTS: results/{run}/seed{seed}/clusters/{probe}{variant}/{tap}.parquet, the same in statistics/;
rotated/{probe}.parquet: the averages over all nodes in random bases, trained and untrained, and over the axes
of a random basis in which the probe was trained
"""

for run, probe in [(run, probe) for run in RUNS for probe in RUNS[run]["probes"]]:

    rule:
        name:
            f"clusters_{run}_{probe}"
        input:
            snp=tap_files("snp", run, places(run, probe)),
        output:
            clusters=tap_files("clusters", run, places(run, probe)),
            statistics=tap_files("statistics", run, places(run, probe)),
        log:
            f"results/logs/{run}/seed{{seed}}/clusters/{probe}.log",
        benchmark:
            f"results/benchmarks/{run}/seed{{seed}}/clusters/{probe}.tsv"
        conda:
            "../envs/tables.yaml"
        resources:
            **growing(mem_mb=2000, runtime=30),
        params:
            code=code("clusters"),
            settings=settings_of(run, "rule", "thresholds", within=f"probes.{probe}"),
        script:
            "../workflow/scripts/clusters.py"

    rule:
        name:
            f"rotate_{run}_{probe}"
        input:
            tap_files("snp", run, places(run, probe, variants=("", "-untrained", "-rotated_probe"))),
        output:
            f"results/{run}/seed{{seed}}/rotated/{probe}.parquet",
        log:
            f"results/logs/{run}/seed{{seed}}/rotated/{probe}.log",
        benchmark:
            f"results/benchmarks/{run}/seed{{seed}}/rotated/{probe}.tsv"
        conda:
            "../envs/tables.yaml"
        resources:
            **growing(mem_mb=2000, runtime=60),
        params:
            code=code("rotate"),
            run=run,
            settings=settings_of(run, "rule", "taps", "thresholds", within=f"probes.{probe}"),
        script:
            "../workflow/scripts/rotate.py"
