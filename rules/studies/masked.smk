"""Networks with a part of their weights: masked from the first step of a training, or after a first one.

Both see as many images: what is pruned after a training is trained for three quarters of the run's epochs, and
for a quarter again.

REQUIRED INPUTS: the data
OUTPUTS: results/{run}/seed{seed}/studies/masked/{width}/: backbone.safetensors, accuracy.parquet and
pretrain.csv (the first training), snp.safetensors (what its nodes hold), and
{pruned}{share}/{mask}.parquet: a network of which one weight in `share` is kept, of the FC layer, of the last
block's layers, or of all layers and the FC layer
"""

MASKED = "results/{run}/seed{seed}/studies/masked/{width}"
NETWORKS["masked"] = first_networks


use rule probe_skips as measure_network with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone=f"{MASKED}/backbone.safetensors",
    output:
        f"{MASKED}/snp.safetensors",
    log:
        "results/logs/{run}/seed{seed}/studies/masked/{width}_snp.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/masked/{width}_snp.tsv"
    wildcard_constraints:
        width="[a-z_]+",
    params:
        **job("measure_network"),
        settings=lambda w: {
            key: variant_settings(w.run, "masked", w.width)[key] for key in ("model", "normalise")
        }
        | {
            # Means of the nodes are kept over all epochs: there are many taps.
            "probe": probe_settings(w.run, probe_of(w.run, "pruning"))["probe"]
            | {"taps": network_taps(w.run), "pooling": "mean"},
            "taps": {tap: asdict(ARCHITECTURES[w.run].tap(tap)) for tap in (*network_taps(w.run), READOUT)},
        },


use rule probe_skips as train_masked with:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        f"{MASKED}/{{pruned}}{{share}}/{{mask}}.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/masked/{width}_{pruned}{share}_{mask}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/masked/{width}_{pruned}{share}_{mask}.tsv"
    wildcard_constraints:
        width="[a-z_]+",
        pruned="fc|block|network",
        share="[0-9]+",
        mask=one_of(SCRATCH_MASKS),
    resources:
        **growing(mem_mb=12000, runtime=720),
        gpu=1,
    params:
        **job("train_masked"),
        settings=lambda w: masked_settings(w.run, w.width, w.pruned)
        | {"pretrain": settings_of(w.run, "pretrain")["pretrain"]},


use rule train_masked as train_masked_again with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone=f"{MASKED}/backbone.safetensors",
        snp=rules.measure_network.output[0],
    wildcard_constraints:
        width="[a-z_]+",
        pruned="fc|block|network",
        share="[0-9]+",
        mask=one_of(TRAINED_MASKS),
    params:
        settings=lambda w: masked_settings(w.run, w.width, w.pruned)
        | {
            "pretrain": sorted_mapping(
                settings_of(w.run, "pretrain")["pretrain"] | {"epochs": second_epochs(w.run)}
            )
        },
