"""The study `optimizers` (claim D1): SGD with Nesterov momentum, and Muon, in the place of AdamW, each at its
best rate.

REQUIRED INPUTS: the data, the backbone where the run's own rate is one that is tried
OUTPUTS: results/{run}/seed{seed}/studies/optimizers/best/{optimizer}/: backbone.safetensors (of the rate that
is best on held-out images), rates.parquet, and what the probes behind Tables 1, 2 and 4 say of it;
results/{run}/studies/optimizers.csv and optimizers_rates.csv, the numbers of each seed in *_seeds.csv, and
optimizers.png and .pdf
"""

NETWORKS["optimizers"] = optimizer_networks


localrules:
    optimizers,


rule choose_rate:
    input:
        backbones=lambda w: tried_rates(w.run, w.optimizer, w.seed, 0),
        accuracy=lambda w: tried_rates(w.run, w.optimizer, w.seed, 1),
    output:
        backbone=f"{BEST_RATE}/backbone.safetensors",
        rates=f"{BEST_RATE}/rates.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/<job>_{optimizer}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/<job>_{optimizer}.tsv"
    pathvars:
        job="choose_rate",
    wildcard_constraints:
        optimizer=one_of(RATE_SCALE),
    conda:
        "../../envs/tables.yaml"
    params:
        **job("choose_rate"),
        run="{run}",
        settings=lambda w: {
            "rates": [
                (factor, optimizer_recipe(w.run, w.optimizer, factor)["lr"])
                for factor in RATE_FACTORS.values()
            ]
        },
    script:
        "../../workflow/scripts/{params.script}.py"


use rule measure_variant as measure_optimizer with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone=f"{BEST_RATE}/backbone.safetensors",
    output:
        snp=f"{BEST_RATE}/{{probe}}/snp.safetensors",
        accuracy=f"{BEST_RATE}/{{probe}}/accuracy.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/<job>_{optimizer}_{probe}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/<job>_{optimizer}_{probe}.tsv"
    pathvars:
        job="measure_optimizer",
    wildcard_constraints:
        optimizer=one_of(RATE_SCALE),
    params:
        settings=lambda w: settings_of(w.run, "model", "normalise") | measured_probe(w.run, w.probe),


use rule skip as optimizers with:
    input:
        rates=lambda w: chosen_networks(w.run, "rates.parquet"),
        blocks_snp=lambda w: chosen_networks(w.run, f"{probe_of(w.run, 'fc_pruning')}/snp.safetensors"),
        blocks_accuracy=lambda w: chosen_networks(w.run, f"{probe_of(w.run, 'fc_pruning')}/accuracy.parquet"),
        heads_snp=lambda w: chosen_networks(w.run, f"{probe_of(w.run, 'specialisation')}/snp.safetensors"),
        heads_accuracy=lambda w: chosen_networks(
            w.run, f"{probe_of(w.run, 'specialisation')}/accuracy.parquet"
        ),
    output:
        **study_outputs("optimizers"),
    pathvars:
        job="optimizers",
    params:
        **job("optimizers"),
        settings=lambda w: {
            "networks": [(seed, optimizer) for seed in SEEDS for optimizer in RATE_SCALE],
            "taps": [
                (tap["block"], name) for name, tap in taps_of(w.run, probe_of(w.run, "fc_pruning")).items()
            ],
            "attention": [
                (tap["block"], (name, tap["heads"]))
                for name, tap in taps_of(w.run, probe_of(w.run, "specialisation")).items()
            ],
            "blocks": counting(w.run, "fc_pruning"),
            "heads": counting(w.run, "specialisation"),
        },
