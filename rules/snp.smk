"""Single-nodal performance (SNP) matrices of all nodes of a probe set, from one pass over each split.

With `--set-scatter shards=8` eight jobs pass a shard of each split, and the job of the matrices adds what they
find; without it that job passes them itself.

REQUIRED INPUTS: results/{run}/seed{seed}/backbone.safetensors and probe/{probe}.safetensors, the same
untrained, the data
OUTPUTS: results/{run}/seed{seed}/snp/{probe}{variant}/{tap}.parquet, a row a node; accuracy/{probe}.parquet;
accuracy/{probe}-groups.parquet: of random groups of nodes in the place of attention heads;
sums/{probe}/{shard}.safetensors, until they are added
"""


scattergather:
    shards=1,


rule measure_shard:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        untrained="results/{run}/seed{seed}/untrained.safetensors",
        backbone_probes="results/{run}/seed{seed}/probe/{probe}.safetensors",
        untrained_probes="results/{run}/seed{seed}/probe/{probe}-untrained.safetensors",
    output:
        temp("results/{run}/seed{seed}/sums/{probe}/{scatteritem}.safetensors"),
    log:
        "results/logs/{run}/seed{seed}/sums/{probe}/{scatteritem}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/sums/{probe}/{scatteritem}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        code=code("measure_shard"),
        run="{run}",
        settings=lambda w: measured_settings(w.run, w.probe) | {"groups": bool(grouped(w.run, w.probe))},
    script:
        "../workflow/scripts/measure_shard.py"


# A rule for each run and probe set, as each has taps of its own.
for run, probe in [(run, probe) for run in RUNS for probe in RUNS[run]["probes"]]:

    rule:
        name:
            f"snp_{run}_{probe}"
        input:
            **sharded(
                gather.shards(f"results/{run}/seed{{{{seed}}}}/sums/{probe}/{{scatteritem}}.safetensors")
            ),
            data=data_of(run),
            backbone=f"results/{run}/seed{{seed}}/backbone.safetensors",
            untrained=f"results/{run}/seed{{seed}}/untrained.safetensors",
            backbone_probes=f"results/{run}/seed{{seed}}/probe/{probe}.safetensors",
            untrained_probes=f"results/{run}/seed{{seed}}/probe/{probe}-untrained.safetensors",
        output:
            **grouped(run, probe),
            snp=tap_files("snp", run, places(run, probe)),
            backbone_accuracy=f"results/{run}/seed{{seed}}/accuracy/{probe}.parquet",
            untrained_accuracy=f"results/{run}/seed{{seed}}/accuracy/{probe}-untrained.parquet",
        log:
            f"results/logs/{run}/seed{{seed}}/snp/{probe}.log",
        benchmark:
            f"results/benchmarks/{run}/seed{{seed}}/snp/{probe}.tsv"
        conda:
            "../envs/torch.yaml"
        resources:
            **growing(mem_mb=12000, runtime=60),
            gpu=1,
        params:
            code=code("snp"),
            run=run,
            settings=measured_settings(run, probe) | {"dense_limit": config["dense_limit"]},
        script:
            "../workflow/scripts/snp.py"
