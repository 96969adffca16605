"""The study `whole_network` (claim P9): layers of several blocks pruned at once, in every way.

REQUIRED INPUTS: the data, the backbone
OUTPUTS: results/{run}/seed{seed}/studies/whole_network/: evidence.safetensors (what masks of all layers are
made of, from training images), linear1.parquet, all.parquet and budget.parquet;
results/{run}/studies/whole_network.csv, the numbers of each seed in whole_network_seeds.csv, and
whole_network.png and .pdf
"""

WHOLE = "results/{run}/seed{seed}/studies/whole_network"
BUDGETS = [0.01, 0.05]


localrules:
    whole_network,


use rule probe_skips as gather_network with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
    output:
        f"{WHOLE}/evidence.safetensors",
    pathvars:
        job="gather_network",
    params:
        **job("gather_network"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain.batch")
        | {
            "probe": probe_settings(w.run, probe_of(w.run, "pruning"))["probe"]
            | {"taps": network_taps(w.run)},
            "taps": {tap: asdict(ARCHITECTURES[w.run].tap(tap)) for tap in network_taps(w.run)},
            "layers": network_settings(w.run)["layers"],
        },


use rule probe_skips as prune_network with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        evidence=rules.gather_network.output[0],
    output:
        f"{WHOLE}/{{layers}}.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/<job>_{layers}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/<job>_{layers}.tsv"
    pathvars:
        job="prune_network",
    wildcard_constraints:
        layers="linear1|all",
    params:
        **job("prune_network"),
        settings=lambda w: network_settings(w.run)
        | {
            "thresholds": network_thresholds(w.run),
            "kind": "" if w.layers == "all" else w.layers,
            "blocks": pruned_counts(ARCHITECTURES[w.run].depth),
        },


use rule prune_network as prune_budget with:
    output:
        f"{WHOLE}/budget.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/<job>.tsv"
    pathvars:
        job="prune_budget",
    wildcard_constraints:
        layers="budget",
    params:
        **job("prune_budget"),
        settings=lambda w: network_settings(w.run) | {"at": CURVE, "budgets": BUDGETS},


use rule skip as whole_network with:
    input:
        unpack(
            lambda w: {
                kind: of_seeds(w.run, f"studies/whole_network/{kind}.parquet")
                for kind in pruned_kinds(w.run)
            }
        ),
    output:
        **study_outputs("whole_network"),
    pathvars:
        job="whole_network",
    params:
        **job("whole_network"),
        settings=lambda w: {"seeds": SEEDS, "layers": pruned_kinds(w.run)},
