"""Attention heads: which labels each holds, what random heads would hold, and the fields that they send out.

REQUIRED INPUTS: clusters of the attention taps, the data, the network, the pruned and retrained network
OUTPUTS: results/{run}/seed{seed}/heads/appearances.parquet, null.parquet, rotated.parquet and groups.parquet,
results/{run}/seed{seed}/attention/similarity.parquet and examples.safetensors; of texts sentences.parquet
"""


rule specialise:
    input:
        data=lambda w: data_of(w.run, w.seed),
        clusters=lambda w: tap_files(
            "clusters", w.run, attention_places(w.run, "", "-heldout", "-untrained"), w.seed
        ),
        snp=lambda w: tap_files("snp", w.run, attention_places(w.run, ""), w.seed),
        groups=lambda w: grouped(w.run, probe_of(w.run, "specialisation"))["groups"],
    output:
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        null="results/{run}/seed{seed}/heads/null.parquet",
        rotated="results/{run}/seed{seed}/heads/rotated.parquet",
        groups="results/{run}/seed{seed}/heads/groups.parquet",
    log:
        "results/logs/{run}/seed{seed}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<job>.tsv"
    pathvars:
        job="specialise",
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("specialise"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "specialisation")
        | settings_of(w.run, "rule", within=f"probes.{probe_of(w.run, 'specialisation')}"),
    script:
        "../workflow/scripts/{params.script}.py"


use rule specialise as attention_fields with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        pruned=lambda w: f"results/{w.run}/seed{w.seed}/{pruned_folder(w.run)}/andc.safetensors",
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    output:
        similarity="results/{run}/seed{seed}/attention/similarity.parquet",
        examples="results/{run}/seed{seed}/attention/examples.safetensors",
    pathvars:
        job="attention_fields",
    wildcard_constraints:
        run=one_of(RUNS.keys() - TEXT_RUNS),
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=30),
        gpu=1,
    params:
        **job("attention_fields"),
        settings=lambda w: settings_of(w.run, "model", "normalise")
        | {"taps": taps_of(w.run, probe_of(w.run, "specialisation"))},


use rule attention_fields as token_attention with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    output:
        "results/{run}/seed{seed}/attention/sentences.parquet",
    pathvars:
        job="token_attention",
    wildcard_constraints:
        run=one_of(TEXT_RUNS),
    params:
        **job("token_attention"),
