"""The study `skip` (claims P7, P8, P10): what skip connections carry, and masks of label sets without them.

REQUIRED INPUTS: the data, the backbone and the untrained network
OUTPUTS: results/{run}/seed{seed}/studies/skip/: probes with and without the skips of the pruned blocks,
sizes.parquet, averages.parquet, evidence.safetensors and accuracy.parquet; results/{run}/studies/skip.csv,
skip_taps.csv and skip_masks.csv, the numbers of each seed in *_seeds.csv, and skip.png and .pdf
"""

SKIP = "results/{run}/seed{seed}/studies/skip"


localrules:
    skip,


rule probe_skips:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        untrained="results/{run}/seed{seed}/untrained.safetensors",
    output:
        backbone=f"{SKIP}/backbone.safetensors",
        untrained=f"{SKIP}/untrained.safetensors",
        history=f"{SKIP}/probe.csv",
    log:
        "results/logs/{run}/seed{seed}/studies/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/<job>.tsv"
    pathvars:
        job="probe_skips",
    conda:
        "../../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=240),
        gpu=1,
    params:
        **job("probe"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise") | skip_probes(w.run) | {"rotated": []},
    script:
        "../../workflow/scripts/{params.script}.py"


use rule probe_skips as measure_skips with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        untrained="results/{run}/seed{seed}/untrained.safetensors",
        backbone_probes=rules.probe_skips.output.backbone,
        untrained_probes=rules.probe_skips.output.untrained,
    output:
        sizes=f"{SKIP}/sizes.parquet",
        averages=f"{SKIP}/averages.parquet",
        evidence=f"{SKIP}/evidence.safetensors",
    pathvars:
        job="measure_skips",
    params:
        **job("measure_skips"),
        settings=lambda w: settings_of(w.run, "model", "normalise") | skip_settings(w.run),


use rule probe_skips as prune_skips with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        evidence=rules.measure_skips.output.evidence,
    output:
        f"{SKIP}/accuracy.parquet",
    pathvars:
        job="prune_skips",
    params:
        **job("prune_skips"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain")
        | {
            "alone": {skip.joined: skip.alone for skip in skips_of(w.run)},
            "pruned": [
                [block, skip_layers(w.run, block) | {"module": ARCHITECTURES[w.run].blocks[block - 1]}]
                for block in pruned_blocks(w.run).values()
            ],
        },


rule skip:
    input:
        sizes=lambda w: of_seeds(w.run, "studies/skip/sizes.parquet"),
        averages=lambda w: of_seeds(w.run, "studies/skip/averages.parquet"),
        accuracy=lambda w: of_seeds(w.run, "studies/skip/accuracy.parquet"),
    output:
        **study_outputs("skip"),
    log:
        "results/logs/{run}/studies/<job>.log",
    benchmark:
        "results/benchmarks/{run}/studies/<job>.tsv"
    pathvars:
        job="skip",
    conda:
        "../../envs/tables.yaml"
    params:
        **job("skip"),
        settings=lambda w: {
            "seeds": SEEDS,
            "blocks": pruned_blocks(w.run),
            "paper": SKIP_RATIO if setting(w.run, "paper") else None,
        },
    script:
        "../../workflow/scripts/{params.script}.py"
