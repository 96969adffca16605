"""The study `silencing` (claims P12, P13): nodes of probes made silent in several orders, or trained again.

REQUIRED INPUTS: the data, the backbone, the probes behind Tables 1 and 2
OUTPUTS: results/{run}/seed{seed}/studies/silencing/curves.parquet and retrained.parquet;
results/{run}/studies/silencing.csv and silencing_retrained.csv, the numbers of each seed in *_seeds.csv,
and silencing.png and .pdf
"""


localrules:
    silencing,


use rule probe_skips as silence_nodes with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        probes=lambda w: f"results/{w.run}/seed{w.seed}/probe/{probe_of(w.run, 'fc_pruning')}.safetensors",
    output:
        curves="results/{run}/seed{seed}/studies/silencing/curves.parquet",
        retrained="results/{run}/seed{seed}/studies/silencing/retrained.parquet",
    pathvars:
        job="silence_nodes",
    params:
        **job("silence_nodes"),
        settings=lambda w: fc_settings(w.run) | {"threshold": setting(w.run, "fc_pruning.thresholds")[0]},


use rule skip as silencing with:
    input:
        curves=lambda w: of_seeds(w.run, "studies/silencing/curves.parquet"),
        retrained=lambda w: of_seeds(w.run, "studies/silencing/retrained.parquet"),
    output:
        **study_outputs("silencing"),
    pathvars:
        job="silencing",
    params:
        **job("silencing"),
        settings=lambda w: {"seeds": SEEDS, "tap": setting(w.run, "fc_pruning.tap")},
