"""ANDC (applied nodal diagonal connections): masks, what masking costs, and what retraining brings back.

REQUIRED INPUTS: the clusters of the pruning probe set, the backbone, the data
OUTPUTS: results/{run}/seed{seed}/masks/{mask}.safetensors, .../retrain/accuracy.parquet and andc.safetensors,
.../fc_pruning.parquet
"""

# The rule, the rule from held-out images, four other ways to the same density, and two controls:
# all four layers gone, and nothing pruned.
MASKS = ["andc", "andc_heldout", "random", "degree", "magnitude", "assigned", "zeroed", "unpruned"]


rule masks:
    input:
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        clusters=lambda w: tap_files("clusters", w.run, pruned_places(w.run), w.seed),
        heldout=lambda w: tap_files("clusters", w.run, pruned_places(w.run, variant="-heldout"), w.seed),
    output:
        expand("results/{{run}}/seed{{seed}}/masks/{mask}.safetensors", mask=MASKS),
    log:
        "results/logs/{run}/seed{seed}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<job>.tsv"
    pathvars:
        job="masks",
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("masks"),
        run="{run}",
        settings=lambda w: pruned(w.run),
    script:
        "../workflow/scripts/{params.script}.py"


use rule masks as retrain with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        masks=rules.masks.output,
    output:
        accuracy="results/{run}/seed{seed}/retrain/accuracy.parquet",
        network="results/{run}/seed{seed}/retrain/andc.safetensors",
    pathvars:
        job="retrain",
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=240),
        gpu=1,
    params:
        **job("retrain"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "pruning.retrain")
        | {"module": ARCHITECTURES[w.run].blocks[setting(w.run, "pruning.block") - 1]},


use rule retrain as prune_fc with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=lambda w: f"results/{w.run}/seed{w.seed}/probe/{probe_of(w.run, 'fc_pruning')}.safetensors",
        clusters=lambda w: tap_files("clusters", w.run, fc_place(w.run), w.seed)[0],
        heldout=lambda w: tap_files("clusters", w.run, fc_place(w.run, "-heldout"), w.seed)[0],
    output:
        "results/{run}/seed{seed}/fc_pruning.parquet",
    pathvars:
        job="prune_fc",
    resources:
        **growing(mem_mb=12000, runtime=60),
        gpu=1,
    params:
        **job("prune_fc"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "fc_pruning")
        | probe_settings(w.run, probe_of(w.run, "fc_pruning"), "bias", "norm", "pooling", "taps"),
