"""The study `growing_labels` (claims D4.labels, D4.wider): more labels, narrower and wider networks.

REQUIRED INPUTS: the data, the backbone
OUTPUTS: results/{run}/seed{seed}/studies/growing_labels/{variant}/ (networks.smk);
results/{run}/studies/growing_labels.csv and growing_labels_limit.csv, the numbers of each seed in *_seeds.csv,
and growing_labels.png and .pdf
"""

NETWORKS["growing_labels"] = growing_networks
LAST_BLOCK.add("growing_labels")


localrules:
    growing_labels,


use rule skip as growing_labels with:
    input:
        unpack(lambda w: measured_variants(w.run, "growing_labels", probe_of(w.run, "fc_pruning"))),
    output:
        **study_outputs("growing_labels"),
    pathvars:
        job="growing_labels",
    params:
        **job("growing_labels"),
        settings=lambda w: {
            "networks": [
                (seed, name if name in WIDTHS else "same")
                for seed in SEEDS
                for name in growing_networks(w.run)
            ],
            "tap": last_tap(w.run, probe_of(w.run, "fc_pruning"))[0],
            "counting": counting(w.run, "fc_pruning"),
        },
