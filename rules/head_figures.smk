"""The figures of attention heads: the labels that they hold, what they are worth, and where they look.

REQUIRED INPUTS: appearances of labels in heads, clusters, accuracies and attention fields of a run; the data
file (names of the labels)
OUTPUTS: results/{run}/seed{seed}/figures/fig{7,8,9,11} and results/{run}/figures/fig10
"""


localrules:
    fig7,
    fig8,
    fig9,
    fig10,
    fig11,
    fig11_texts,


use rule fig2 as fig7 with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    pathvars:
        job="fig7",
    params:
        **job("fig7"),
        settings={},


use rule fig2 as fig8 with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy=lambda w: tap_files("accuracy", w.run, probe_of(w.run, "specialisation"), w.seed)[0],
    pathvars:
        job="fig8",
    params:
        **job("fig8"),
        settings=lambda w: settings_of(w.run, "specialisation.ratio"),


use rule fig2 as fig9 with:
    input:
        data=lambda w: data_of(w.run, w.seed),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    pathvars:
        job="fig9",
    params:
        **job("fig9"),
        settings=lambda w: settings_of(w.run, "paper"),


use rule fig4 as fig10 with:
    input:
        clusters=lambda w: tap_files("clusters", w.run, last_attention(w.run), SEEDS),
    pathvars:
        job="fig10",
    params:
        **job("fig10"),
        settings=lambda w: settings_of(w.run, "specialisation", "paper")
        | settings_of(w.run, "ratios", within="figures"),


use rule fig2 as fig11 with:
    input:
        similarity="results/{run}/seed{seed}/attention/similarity.parquet",
        examples="results/{run}/seed{seed}/attention/examples.safetensors",
    pathvars:
        job="fig11",
    wildcard_constraints:
        run=one_of(RUNS.keys() - TEXT_RUNS),
    params:
        **job("fig11"),
        settings={},


use rule fig11 as fig11_texts with:
    input:
        "results/{run}/seed{seed}/attention/sentences.parquet",
    wildcard_constraints:
        run=one_of(TEXT_RUNS),
    params:
        **job("fig11_texts"),
