"""Networks that studies train from scratch: the run's own, but for what differs. Each is a job of its own.

REQUIRED INPUTS: the data
OUTPUTS: results/{run}/seed{seed}/studies/labels{labels}x{times}_{part}.safetensors: the data of so many labels,
others in each part, each training input so many times;
results/{run}/seed{seed}/studies/{study}/{variant}/: backbone.safetensors, pretrain.csv and accuracy.parquet as
of `pretrain`; {probe}/snp.safetensors (of the network, and before its training) and {probe}/accuracy.parquet
"""


rule choose_labels:
    input:
        data=lambda w: data_of(w.run, w.seed),
    output:
        "results/{run}/seed{seed}/studies/labels{labels}x{times}_{part}.safetensors",
    log:
        "results/logs/{run}/seed{seed}/studies/labels{labels}x{times}_{part}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/labels{labels}x{times}_{part}.tsv"
    wildcard_constraints:
        labels="[0-9]+",
        times="[0-9]+",
        part="[0-9]+",
    conda:
        "../../envs/torch.yaml"
    resources:
        **growing(mem_mb=6000, runtime=10),
    params:
        **job("choose_labels"),
    script:
        "../../workflow/scripts/{params.script}.py"


use rule probe_skips as train_variant with:
    input:
        data=lambda w: variant_data(w.run, w.study, w.variant, w.seed),
    output:
        backbone=f"{VARIANT}/backbone.safetensors",
        history=f"{VARIANT}/pretrain.csv",
        accuracy=f"{VARIANT}/accuracy.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/{study}/{variant}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/{study}/{variant}.tsv"
    wildcard_constraints:
        study="[a-z_]+",
        variant="[a-z0-9_.]+",
    resources:
        **growing(mem_mb=12000, runtime=720),
        gpu=1,
    params:
        **job("pretrain"),
        settings=lambda w: variant_settings(w.run, w.study, w.variant),


use rule probe_skips as measure_variant with:
    input:
        data=lambda w: variant_data(w.run, w.study, w.variant, w.seed),
        backbone=lambda w: variant_files(w.run, w.study, w.variant, w.seed)[0],
    output:
        snp=f"{VARIANT}/{{probe}}/snp.safetensors",
        accuracy=f"{VARIANT}/{{probe}}/accuracy.parquet",
    log:
        "results/logs/{run}/seed{seed}/studies/{study}/{variant}_{probe}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/studies/{study}/{variant}_{probe}.tsv"
    wildcard_constraints:
        study="[a-z_]+",
        variant="[a-z0-9_.]+",
    params:
        **job("measure_variant"),
        settings=lambda w: {
            key: variant_settings(w.run, w.study, w.variant)[key] for key in ("model", "normalise")
        }
        | measured_probe(w.run, w.probe)
        | {"taps": variant_taps(w.run, w.study, w.variant, w.probe)},
