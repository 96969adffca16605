"""Classifier heads on the frozen network: all heads of a probe set from one forward pass.

REQUIRED INPUTS: results/{run}/seed{seed}/backbone.safetensors, results/data/{dataset}.safetensors
OUTPUTS: results/{run}/seed{seed}/probe/{probe}.safetensors: the heads, named by their taps; and the training's history
"""


rule probe:
    input:
        data=dataset_of,
        backbone="results/{run}/seed{seed}/backbone.safetensors",
    output:
        probes="results/{run}/seed{seed}/probe/{probe}.safetensors",
        history="results/{run}/seed{seed}/probe/{probe}.csv",
    log:
        "results/logs/{run}/seed{seed}/probe/{probe}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/probe/{probe}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=growing(12000),
        runtime=growing(240),
    params:
        code=code("probe.py"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "model", "normalise")
        | {
            "probe": {
                key: value
                for key, value in settings_of(w.run, f"probes.{w.probe}")[
                    f"probes.{w.probe}"
                ].items()
                if key not in ("split", "thresholds", "rule")
            }
        },
    script:
        "../workflow/scripts/probe.py"
