"""The study `optimizers` (claim D1): SGD with Nesterov momentum in the place of AdamW, each at its best rate.

REQUIRED INPUTS: the data, the backbone where the run's own rate is one that is tried
OUTPUTS: results/{run}/seed{seed}/studies/optimizers/best/{optimizer}/: backbone.safetensors (of the rate that
is best on held-out images), rates.parquet, and what the probes behind Tables 1, 2 and 4 say of it;
results/{run}/studies/optimizers.csv and optimizers_rates.csv, the numbers of each seed in *_seeds.csv, and
optimizers.png and .pdf
"""

BEST_RATE = "results/{run}/seed{seed}/studies/optimizers/best/{optimizer}"
# A rate of SGD does what one of AdamW does that is so many times smaller; each is tried at three rates.
RATE_SCALE = {"adamw": 1, "sgd": 100}
RATE_FACTORS = {"low": 1 / 3, "same": 1, "high": 3}


localrules:
    optimizers,


def optimizer_recipe(run, optimizer, factor):
    """The optimiser and its rate; weights decay by as much a step as with the run's own, at factor 1."""
    own = setting(run, "pretrain")
    scale = RATE_SCALE[optimizer] / RATE_SCALE[own["optimizer"]]
    return {
        "optimizer": optimizer,
        "lr": own["lr"] * scale * factor,
        "weight_decay": own["weight_decay"] / scale,
    }


def optimizer_networks(run):
    """A network for each optimiser and rate."""
    return {
        f"{optimizer}_{name}": {"pretrain": optimizer_recipe(run, optimizer, factor)}
        for optimizer in RATE_SCALE
        for name, factor in RATE_FACTORS.items()
    }


NETWORKS["optimizers"] = optimizer_networks


def tried_rates(run, optimizer, seed, which):
    """The files of the networks that an optimiser trained."""
    names = [f"{optimizer}_{name}" for name in RATE_FACTORS]
    return [variant_files(run, "optimizers", name, seed)[which] for name in names]


def chosen_networks(run, file):
    """A file of the chosen network of every seed and optimiser."""
    return [
        f"{BEST_RATE}/{file}".format(run=run, seed=seed, optimizer=each)
        for seed in SEEDS
        for each in RATE_SCALE
    ]


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
