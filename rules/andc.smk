"""ANDC (applied nodal diagonal connections) and its controls: masks, what masking costs, what retraining brings.

REQUIRED INPUTS: the backbone, the probes of the pruning probe set and of the FC pruning, the data
OUTPUTS: results/{run}/seed{seed}/pruned{block}/: evidence.safetensors (what masks are made of, from training
images), masks/{mask}.safetensors, accuracy.parquet, andc.safetensors (the pruned and retrained network) and
curve.parquet (right after masking, many thresholds); .../fc_pruning.parquet, .../fc_curve.parquet and
.../importance.parquet (what each part of the network matters)
"""

# The rule, five other ways to the same density, and two controls: all layers of the block gone, nothing pruned.
MASKS = ["andc", "random", "degree", "magnitude", "wanda", "taylor", "zeroed", "unpruned"]
# The thresholds of the pruning figure.
CURVE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]


rule evidence:
    input:
        data=lambda w: data_of(w.run),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=lambda w: f"results/{w.run}/seed{w.seed}/probe/{pruned_probe(w.run, w.block)}.safetensors",
    output:
        "results/{run}/seed{seed}/pruned{block}/<job>.safetensors",
    log:
        "results/logs/{run}/seed{seed}/pruned{block}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/pruned{block}/<job>.tsv"
    pathvars:
        job="evidence",
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        **job("evidence"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain.batch")
        | pruned(w.run, w.block)
        | probe_settings(w.run, pruned_probe(w.run, w.block), "bias", "norm", "pooling")
        | {"taps": ends_of(w.run, w.block)},
    script:
        "../workflow/scripts/{params.script}.py"


use rule evidence as masks with:
    input:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        evidence=rules.evidence.output[0],
    output:
        expand("results/{{run}}/seed{{seed}}/pruned{{block}}/masks/{mask}.safetensors", mask=MASKS),
    pathvars:
        job="masks",
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("masks"),
        settings=lambda w: pruned(w.run, w.block),


use rule evidence as retrain with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        masks=rules.masks.output,
    output:
        accuracy="results/{run}/seed{seed}/pruned{block}/accuracy.parquet",
        network="results/{run}/seed{seed}/pruned{block}/andc.safetensors",
    pathvars:
        job="retrain",
    resources:
        **growing(mem_mb=12000, runtime=240),
        gpu=1,
    params:
        **job("retrain"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain")
        | {"module": ARCHITECTURES[w.run].blocks[int(w.block) - 1]},


use rule evidence as curve with:
    input:
        data=lambda w: data_of(w.run),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        evidence=rules.evidence.output[0],
    output:
        "results/{run}/seed{seed}/pruned{block}/<job>.parquet",
    pathvars:
        job="curve",
    params:
        **job("curve"),
        settings=lambda w: settings_of(w.run, "model", "normalise")
        | {"layers": pruned(w.run, w.block)["layers"], "at": CURVE}
        | {"before": ARCHITECTURES[w.run].blocks[: int(w.block) - 1]},


rule prune_fc:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=lambda w: f"results/{w.run}/seed{w.seed}/probe/{probe_of(w.run, 'fc_pruning')}.safetensors",
    output:
        "results/{run}/seed{seed}/<result>.parquet",
    log:
        "results/logs/{run}/seed{seed}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<job>.tsv"
    pathvars:
        job="prune_fc",
        result="fc_pruning",
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        **job("prune_fc"),
        run="{run}",
        settings=lambda w: fc_settings(w.run) | settings_of(w.run, "thresholds", within="fc_pruning"),
    script:
        "../workflow/scripts/{params.script}.py"


use rule prune_fc as fc_curve with:
    pathvars:
        job="fc_curve",
        result="fc_curve",
    params:
        **job("prune_fc"),
        settings=lambda w: fc_settings(w.run) | {"thresholds": CURVE},


use rule prune_fc as zero_parts with:
    input:
        data=lambda w: data_of(w.run),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
    pathvars:
        job="zero_parts",
        result="importance",
    resources:
        **growing(mem_mb=12000, runtime=480),
        gpu=1,
    params:
        **job("zero_parts"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain") | parts_of(w.run),
