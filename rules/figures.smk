"""Figures but those of attention heads, and the gallery; `use rule fig2 as fig3` says how Figure 3 differs.

REQUIRED INPUTS: SNP (single-nodal performance) matrices, clusters, statistics, masks and accuracies of a run
OUTPUTS: results/{run}/seed{seed}/figures/fig{2,3,6}, results/{run}/figures/fig{4,5}, results/{run}/headline
and pruning, results/{run}/seed{seed}/sweep.parquet and gallery/{probe}/{tap}.png;
results/fig{2..11}.pdf and .png: those of the main run and its first seed
"""


localrules:
    fig2,
    fig3,
    fig4,
    fig5,
    fig6,
    headline,
    pruning,
    paper_figure,


rule fig2:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples")[:1], w.seed),
        statistics=lambda w: tap_files("statistics", w.run, setting(w.run, "figures.examples")[:1], w.seed),
    output:
        pdf="results/{run}/seed{seed}/figures/<job>.pdf",
        png="results/{run}/seed{seed}/figures/<job>.png",
    log:
        "results/logs/{run}/seed{seed}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<job>.tsv"
    pathvars:
        job="fig2",
    conda:
        "../envs/tables.yaml"
    params:
        **job("fig2"),
        settings=lambda w: settings_of(w.run, "threshold", "node", within="figures"),
    script:
        "../workflow/scripts/{params.script}.py"


use rule fig2 as fig3 with:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples"), w.seed),
        clusters=lambda w: tap_files("clusters", w.run, setting(w.run, "figures.examples"), w.seed),
        statistics=lambda w: tap_files("statistics", w.run, setting(w.run, "figures.examples"), w.seed),
    pathvars:
        job="fig3",
    params:
        **job("fig3"),


use rule fig2 as fig4 with:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples")[0], SEEDS),
        clusters=lambda w: tap_files("clusters", w.run, setting(w.run, "figures.examples")[0], SEEDS),
    output:
        pdf="results/{run}/figures/<job>.pdf",
        png="results/{run}/figures/<job>.png",
    log:
        "results/logs/{run}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/<job>.tsv"
    pathvars:
        job="fig4",
    params:
        **job("fig4"),
        settings=lambda w: settings_of(w.run, "threshold", within="figures") | settings_of(w.run, "paper"),


use rule fig2 as sweep with:
    input:
        snp=lambda w: tap_files(
            "snp", w.run, places(w.run, *swept_sets(w.run), variants=("", *CONTROLS)), w.seed
        ),
    output:
        "results/{run}/seed{seed}/sweep.parquet",
    pathvars:
        job="sweep",
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("sweep"),
        run="{run}",
        settings=lambda w: settings_of(w.run, "sweep", within="figures")
        | {
            key: {probe: setting(w.run, f"probes.{probe}.{key}") for probe in swept_sets(w.run)}
            for key in ("rule", "taps")
        },


use rule fig4 as fig5 with:
    input:
        lambda w: of_seeds(w.run, "sweep.parquet"),
    pathvars:
        job="fig5",
    params:
        **job("fig5"),
        settings=lambda w: settings_of(w.run, "sweep", within="figures") | settings_of(w.run, "paper"),


use rule fig2 as fig6 with:
    input:
        snp=lambda w: tap_files("snp", w.run, pruned_places(w.run, *shown_ends(w.run)), w.seed)[0],
        clusters=lambda w: tap_files("clusters", w.run, pruned_places(w.run, *shown_ends(w.run)), w.seed),
    pathvars:
        job="fig6",
    params:
        **job("fig6"),
        settings=lambda w: {"layer": shown_layer(w.run), "thresholds": pruned(w.run)["thresholds"]},


use rule fig4 as headline with:
    input:
        "results/{run}/table1.csv",
        "results/{run}/table2.csv",
    output:
        pdf="results/{run}/<job>.pdf",
        png="results/{run}/<job>.png",
    pathvars:
        job="headline",
    params:
        **job("headline"),
        settings={},


use rule fig4 as pruning with:
    input:
        fc=lambda w: of_seeds(w.run, "fc_curve.parquet"),
        block=lambda w: of_seeds(w.run, f"{pruned_folder(w.run)}/curve.parquet"),
        also=lambda w: (
            of_seeds(w.run, f"{pruned_folder(w.run, 'also')}/curve.parquet")
            if setting(w.run, "pruning.also")
            else []
        ),
    output:
        pdf="results/{run}/<job>.pdf",
        png="results/{run}/<job>.png",
    pathvars:
        job="pruning",
    params:
        **job("pruning"),
        settings=lambda w: {"seeds": SEEDS} | settings_of(w.run, "pruning.block", "pruning.also"),


use rule fig2 as gallery with:
    input:
        snp="results/{run}/seed{seed}/snp/{probe}/{tap}.parquet",
        clusters="results/{run}/seed{seed}/clusters/{probe}/{tap}.parquet",
    output:
        "results/{run}/seed{seed}/gallery/{probe}/{tap}.png",
    pathvars:
        job="gallery/{probe}/{tap}",
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        **job("gallery"),
        settings=lambda w: {"threshold": RUNS[w.run]["probes"][w.probe]["thresholds"][0]},


rule paper_figure:
    input:
        unpack(lambda w: figure_of(MAIN, w.number)),
    output:
        pdf="results/fig{number}.pdf",
        png=reported("results/fig{number}.png", "Figures", caption="figure", figure="{number}"),
    log:
        "results/logs/fig{number}.log",
    wildcard_constraints:
        number=one_of(FIGURES),
    conda:
        "../envs/tables.yaml"
    shell:
        "cp {input.pdf} {output.pdf} 2> {log} && cp {input.png} {output.png} 2>> {log}"
