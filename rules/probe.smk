"""Probes (classifiers on the frozen network): all probes of a set from one forward pass.

REQUIRED INPUTS: results/{run}/seed{seed}/backbone.safetensors and untrained.safetensors, the data
OUTPUTS: results/{run}/seed{seed}/probe/{probe}.safetensors: the probes, by their taps;
{probe}-untrained.safetensors: the same on the network before its training; the history of both trainings
"""


rule probe:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        untrained="results/{run}/seed{seed}/untrained.safetensors",
    output:
        backbone="results/{run}/seed{seed}/probe/{probe}.safetensors",
        untrained="results/{run}/seed{seed}/probe/{probe}-untrained.safetensors",
        history="results/{run}/seed{seed}/probe/{probe}.csv",
    log:
        "results/logs/{run}/seed{seed}/probe/{probe}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/probe/{probe}.tsv"
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=240),
        gpu=1,
    params:
        code=code("probe"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise")
        | probe_settings(w.run, w.probe)
        | {"rotated": rotated_taps(w.run, w.probe)},
    script:
        "../workflow/scripts/probe.py"
