"""The study `fewest_parameters` (claim D3): how small a network of a given accuracy can be, pruned or narrower.

REQUIRED INPUTS: networks with a part of their weights (masked.smk), the answers of the backbone
OUTPUTS: results/{run}/studies/fewest_parameters.csv (the smallest network of each way to prune) and
fewest_parameters_front.csv (all of them), the numbers of each seed in *_seeds.csv, and fewest_parameters.png
and .pdf
"""


localrules:
    fewest_parameters,


use rule skip as fewest_parameters with:
    input:
        masked=lambda w: fewest_files(w.run),
        backbone=lambda w: of_seeds(w.run, "accuracy/backbone.parquet"),
    output:
        **study_outputs("fewest_parameters"),
    pathvars:
        job="fewest_parameters",
    params:
        **job("fewest_parameters"),
        settings=lambda w: {
            "seeds": SEEDS,
            "may_be_lost": MAY_BE_LOST,
            "micronet": config["datasets"][setting(w.run, "dataset")].get("name") == "cifar100",
        },
