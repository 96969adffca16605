"""The study `few_labels` (claim M17): attention heads of networks that have ten labels.

REQUIRED INPUTS: the data
OUTPUTS: results/{run}/seed{seed}/studies/few_labels/{variant}/ (networks.smk); results/{run}/studies/few_labels.csv,
the numbers of each seed in few_labels_seeds.csv, those of all networks together in few_labels_joint.csv, and
few_labels.png and .pdf
"""

NETWORKS["few_labels"] = ten_networks


localrules:
    few_labels,


use rule skip as few_labels with:
    input:
        unpack(lambda w: measured_variants(w.run, "few_labels", probe_of(w.run, "specialisation"))),
    output:
        **study_outputs("few_labels"),
    pathvars:
        job="few_labels",
    params:
        **job("few_labels"),
        settings=lambda w: {
            "networks": [(seed, part) for seed in SEEDS for part in range(len(ten_networks(w.run)))],
            "attention": [
                (tap["block"], (name, tap["heads"]))
                for name, tap in taps_of(w.run, probe_of(w.run, "specialisation")).items()
            ],
            "counting": counting(w.run, "specialisation"),
        },
