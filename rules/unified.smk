"""The unified table and figure: every run with a probe a block, CNN or transformer, beside its twins.

REQUIRED INPUTS: averages in random bases, accuracies and networks of the seeds of all such runs
OUTPUTS: results/unified.csv, .pdf and .png; results/unified_seeds.csv, the same seed by seed
"""


localrules:
    unified,


rule unified:
    input:
        rotated=of_sets("rotated/{probe}.parquet"),
        accuracy=of_sets("accuracy/{probe}.parquet"),
        untrained=of_sets("accuracy/{probe}-untrained.parquet"),
        backbone=of_sets("accuracy/backbone.parquet"),
        network=of_sets("backbone.safetensors"),
    output:
        table="results/unified.csv",
        seeds="results/unified_seeds.csv",
        pdf="results/unified.pdf",
        png="results/unified.png",
    log:
        "results/logs/unified.log",
    benchmark:
        "results/benchmarks/unified.tsv"
    conda:
        "../envs/tables.yaml"
    params:
        code=code("unified"),
        settings={"seeds": SEEDS, "sets": [about_set(*each) for each in BLOCK_SETS]},
    script:
        "../workflow/scripts/unified.py"
