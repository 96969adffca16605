"""The network of a run: trained from scratch, or with published weights.

REQUIRED INPUTS: results/data/{dataset}.safetensors; for published weights, the checkpoint
OUTPUTS: results/{run}/seed{seed}/backbone.safetensors, its accuracy by label, and the history of its training;
untrained.safetensors: the weights with which that seed begins
"""


rule pretrain:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        history="results/{run}/seed{seed}/pretrain.csv",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    log:
        "results/logs/{run}/seed{seed}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<job>.tsv"
    pathvars:
        job="pretrain",
    wildcard_constraints:
        run=one_of(run for run in RUNS if "checkpoint" not in RUNS[run]["pretrain"]),
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=720),
        gpu=1,
    params:
        **job("pretrain"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "pretrain"),
    script:
        "../workflow/scripts/{params.script}.py"


use rule pretrain as take_published with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        checkpoint=lambda w: given_weights(w.run),
    output:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    pathvars:
        job="take_published",
    wildcard_constraints:
        run=one_of(run for run in RUNS if "checkpoint" in RUNS[run]["pretrain"]),
    resources:
        **growing(mem_mb=12000, runtime=30),
        gpu=1,
    params:
        **job("take_published"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pretrain.at_chance"),


use rule pretrain as initialise with:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        "results/{run}/seed{seed}/untrained.safetensors",
    pathvars:
        job="initialise",
    wildcard_constraints:
        run=one_of(RUNS),
    resources:
        **growing(mem_mb=12000, runtime=30),
        gpu=1,
    params:
        **job("initialise"),
        settings=lambda w: settings_of(w.run, "model", "normalise"),
