"""The study `assigned_masks` (claims P14): label sets dealt before the training, in the place of two trainings.

REQUIRED INPUTS: networks with a part of their weights (masked.smk), the answers of the backbone
OUTPUTS: results/{run}/studies/assigned_masks.csv, the numbers of each seed in assigned_masks_seeds.csv, and
assigned_masks.png and .pdf
"""


localrules:
    assigned_masks,


use rule skip as assigned_masks with:
    input:
        masked=lambda w: [
            file
            for pruned, mask in ASSIGNED
            for file in masked_of(w.run, "same", pruned, ASSIGNED_SHARE, [mask])
        ],
        backbone=lambda w: of_seeds(w.run, "accuracy/backbone.parquet"),
    output:
        **study_outputs("assigned_masks"),
    pathvars:
        job="assigned_masks",
    params:
        **job("assigned_masks"),
        settings={"seeds": SEEDS},
