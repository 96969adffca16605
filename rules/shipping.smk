"""Networks that are smaller and faster: trained with a part of the weights, made small, timed, tabulated.

REQUIRED INPUTS: the data, the backbone, the probes of the set that `shipping.probe` names
OUTPUTS: results/{run}/seed{seed}/shipping/: masks/{network}.safetensors, trained/{network}.safetensors (at
full size), {network}.safetensors (what is shipped) and accuracy.parquet (its answers, and what it costs);
results/{run}/latency.parquet and onnx/{network}.onnx, of the first seed; results/{run}/shipping.csv,
shipping_seeds.csv, shipping.pdf and .png. Made where they are asked for: `all` makes none of them
"""

# Trained from scratch: masked from the first step, and a dense network of half the width.
FROM_SCRATCH = ["groups", "groups_dense_fc", "half_width"]
# Trained again after nodes and heads, or as many weights as in the groups, were dropped.
DROPPED = ["snp", "importance", "random", "unstructured"]
SHIPPED = ["dense", *FROM_SCRATCH, *DROPPED, "unstructured_csr"]
EXPORTED = SHIPPED[:-1]
WITH_SHIPPING = one_of(run for run in RUNS if "shipping" in RUNS[run])


localrules:
    shipping,


rule train_shipped:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        "results/{run}/seed{seed}/shipping/trained/{network}.safetensors",
    log:
        "results/logs/{run}/seed{seed}/shipping/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/shipping/<job>.tsv"
    pathvars:
        job="train_{network}",
    wildcard_constraints:
        run=WITH_SHIPPING,
        network=one_of(FROM_SCRATCH),
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=720),
        gpu=1,
    params:
        **job("train_shipped"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "normalise", "pretrain")
        | {"model": model_of(w.run, w.network), "masked_fc": w.network == "groups"}
        | {"groups": 1 if w.network == "half_width" else setting(w.run, "shipping.groups")},
    script:
        "../workflow/scripts/{params.script}.py"


use rule train_shipped as drop with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=lambda w: f"results/{w.run}/seed{w.seed}/probe/{probe_of(w.run, 'shipping')}.safetensors",
    output:
        expand("results/{{run}}/seed{{seed}}/shipping/masks/{mask}.safetensors", mask=DROPPED),
    pathvars:
        job="drop",
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        **job("drop"),
        settings=lambda w: settings_of(w.run, "model", "normalise")
        | settings_of(w.run, "groups", "keep", "threshold", "retrain.batch", within="shipping")
        | probe_settings(w.run, probe_of(w.run, "shipping"), "bias", "norm", "pooling"),


use rule train_shipped as retrain_dropped with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        mask="results/{run}/seed{seed}/shipping/masks/{network}.safetensors",
    pathvars:
        job="retrain_{network}",
    wildcard_constraints:
        run=WITH_SHIPPING,
        network=one_of(DROPPED),
    params:
        **job("retrain_dropped"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "shipping.retrain"),


use rule train_shipped as ship with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        networks=[trained_network(network) for network in SHIPPED],
    output:
        accuracy="results/{run}/seed{seed}/shipping/accuracy.parquet",
        networks=expand("results/{{run}}/seed{{seed}}/shipping/{network}.safetensors", network=SHIPPED),
    pathvars:
        job="ship",
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        **job("ship"),
        settings=lambda w: settings_of(w.run, "normalise")
        | {"networks": [(network, model_of(w.run, network)) for network in SHIPPED]},


# On one thread, whatever else runs: what is timed is the processor's time, and only ratios count.
use rule train_shipped as latency with:
    input:
        shipped_networks(SHIPPED),
    output:
        table="results/{run}/latency.parquet",
        onnx=shipped_networks(EXPORTED, "onnx"),
    log:
        "results/logs/{run}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/<job>.tsv"
    pathvars:
        job="latency",
    resources:
        **growing(mem_mb=6000, runtime=60),
    params:
        **job("latency"),
        settings={},


use rule train_shipped as shipping with:
    input:
        accuracy=lambda w: of_seeds(w.run, "shipping/accuracy.parquet"),
        networks=shipped_networks(SHIPPED),
        onnx=shipped_networks(EXPORTED, "onnx"),
        latency="results/{run}/latency.parquet",
    output:
        table="results/{run}/<job>.csv",
        seeds="results/{run}/<job>_seeds.csv",
        pdf="results/{run}/<job>.pdf",
        png="results/{run}/<job>.png",
    log:
        "results/logs/{run}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/<job>.tsv"
    pathvars:
        job="shipping",
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("shipping"),
        settings={"seeds": SEEDS},
