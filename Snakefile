"""Single-nodal performance (SNP) of a trained network, from raw images to the tables and figures of the paper.

data -> pretrain -> probe -> SNP matrices -> clusters -> tables 1, 2
                                          -> ANDC masks -> retrain -> table 3
                                          -> heads -> tables 4, 5
all of them -> figures, claims -> report
when asked: studies (of what the paper's Discussion suggests)
"""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")


# A configuration that names runs stands alone; the embedded default is taken only where none is given.
if "runs" not in config:

    configfile: Path(workflow.current_basedir) / "config" / "config.yaml"


include: "rules/common.smk"
include: "rules/places.smk"
include: "rules/listings.smk"
include: "rules/data.smk"
include: "rules/pretrain.smk"
include: "rules/probe.smk"
include: "rules/snp.smk"
include: "rules/clusters.smk"
include: "rules/andc.smk"
include: "rules/heads.smk"
include: "rules/shipping.smk"
include: "rules/tables.smk"
include: "rules/all_runs.smk"
include: "rules/figures.smk"
include: "rules/head_figures.smk"
include: "rules/studies/common.smk"
include: "rules/studies/variants.smk"
include: "rules/studies/varied.smk"
include: "rules/studies/trained.smk"
include: "rules/studies.smk"
include: "rules/studies/skip.smk"
include: "rules/studies/silencing.smk"
include: "rules/studies/whole_network.smk"
include: "rules/studies/networks.smk"
include: "rules/studies/optimizers.smk"
include: "rules/studies/number_of_heads.smk"
include: "rules/studies/assigned_heads.smk"
include: "rules/studies/growing_labels.smk"
include: "rules/studies/few_labels.smk"
include: "rules/studies/masked.smk"
include: "rules/studies/assigned_masks.smk"
include: "rules/studies/fewest_parameters.smk"
include: "rules/claims.smk"
include: "rules/report.smk"
include: "rules/terminal.smk"


# By now every rule has asked what its code is.
CODE.keep()


rule all:
    default_target: True
    input:
        [results_of(run) for run in RUNS],
        TABLES,
        expand("results/fig{number}.{format}", number=FIGURES, format=["pdf", "png"]),
        "results/compare.csv" if COMPARED else [],
        "results/unified.csv" if BLOCK_SETS else [],
        "results/ownership.csv" if WITH_HEADS else [],
        "results/report.html",
