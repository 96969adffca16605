"""The figures and the gallery. `use rule fig2 as fig3` says in what Figure 3 differs; its script is fig3.py.

REQUIRED INPUTS: SNP (single-nodal performance) matrices, clusters, statistics, masks, heads, accuracies and
attention fields of a run; the data file (names of the labels)
OUTPUTS: results/{run}/seed{seed}/figures/fig{2,3,6,7,8,9,11}, results/{run}/figures/fig{4,5,10},
results/{run}/seed{seed}/sweep.parquet and gallery/{probe}/{tap}.png;
results/fig{2..11}.pdf and .png: those of the main run and its first seed
"""

FIGURES = range(2, 12)
OVER_SEEDS = (4, 5, 10)


localrules:
    fig2,
    fig3,
    fig4,
    fig5,
    fig6,
    fig7,
    fig8,
    fig9,
    fig10,
    fig11,
    paper_figure,


rule fig2:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples")[:1], w.seed),
        statistics=lambda w: tap_files("statistics", w.run, setting(w.run, "figures.examples")[:1], w.seed),
    output:
        pdf="results/{run}/seed{seed}/figures/<figure>.pdf",
        png="results/{run}/seed{seed}/figures/<figure>.png",
    log:
        "results/logs/{run}/seed{seed}/<figure>.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/<figure>.tsv"
    pathvars:
        figure="fig2",
    conda:
        "../envs/tables.yaml"
    params:
        script=lambda w, output: Path(output[0]).stem,
        code=lambda w, output: code(Path(output[0]).stem),
        settings=lambda w: settings_of(w.run, "threshold", "node", within="figures"),
    script:
        "../workflow/scripts/{params.script}.py"


use rule fig2 as fig3 with:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples"), w.seed),
        clusters=lambda w: tap_files("clusters", w.run, setting(w.run, "figures.examples"), w.seed),
        statistics=lambda w: tap_files("statistics", w.run, setting(w.run, "figures.examples"), w.seed),
    pathvars:
        figure="fig3",


use rule fig2 as fig4 with:
    input:
        snp=lambda w: tap_files("snp", w.run, setting(w.run, "figures.examples")[0], SEEDS),
        clusters=lambda w: tap_files("clusters", w.run, setting(w.run, "figures.examples")[0], SEEDS),
    output:
        pdf="results/{run}/figures/<figure>.pdf",
        png="results/{run}/figures/<figure>.png",
    log:
        "results/logs/{run}/<figure>.log",
    benchmark:
        "results/benchmarks/{run}/<figure>.tsv"
    pathvars:
        figure="fig4",
    params:
        settings=lambda w: settings_of(w.run, "threshold", within="figures") | settings_of(w.run, "paper"),


rule sweep:
    input:
        snp=lambda w: tap_files("snp", w.run, places(w.run, *swept_sets(w.run)), w.seed),
    output:
        "results/{run}/seed{seed}/sweep.parquet",
    log:
        "results/logs/{run}/seed{seed}/sweep.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/sweep.tsv"
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        code=code("sweep"),
        run="{run}",
        settings=lambda w: {probe: RUNS[w.run]["probes"][probe]["rule"] for probe in swept_sets(w.run)},
    script:
        "../workflow/scripts/sweep.py"


use rule fig4 as fig5 with:
    input:
        lambda w: of_seeds(w.run, "sweep.parquet"),
    pathvars:
        figure="fig5",
    params:
        settings=lambda w: settings_of(w.run, "sweep", within="figures") | settings_of(w.run, "paper"),


use rule fig2 as fig6 with:
    input:
        snp=lambda w: tap_files("snp", w.run, pruned_places(w.run, "linear1_in"), w.seed)[0],
        clusters=lambda w: tap_files(
            "clusters", w.run, pruned_places(w.run, "linear1_in", "linear1_out"), w.seed
        ),
        mask="results/{run}/seed{seed}/masks/andc.safetensors",
    pathvars:
        figure="fig6",
    params:
        settings=lambda w: settings_of(w.run, "pruning.block", "pruning.thresholds"),


use rule fig2 as fig7 with:
    input:
        data=lambda w: data_of(w.run),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
    pathvars:
        figure="fig7",
    params:
        settings=lambda w: settings_of(w.run, "model.width"),


use rule fig2 as fig8 with:
    input:
        data=lambda w: data_of(w.run),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy=lambda w: tap_files("accuracy", w.run, probe_of(w.run, "specialisation"), w.seed)[0],
    pathvars:
        figure="fig8",
    params:
        settings=lambda w: settings_of(w.run, "model.width", "specialisation.ratio"),


use rule fig2 as fig9 with:
    input:
        data=lambda w: data_of(w.run),
        appearances="results/{run}/seed{seed}/heads/appearances.parquet",
        accuracy="results/{run}/seed{seed}/accuracy/backbone.parquet",
    pathvars:
        figure="fig9",
    params:
        settings=lambda w: settings_of(w.run, "paper"),


use rule fig4 as fig10 with:
    input:
        clusters=lambda w: tap_files("clusters", w.run, last_attention(w.run), SEEDS),
    pathvars:
        figure="fig10",
    params:
        settings=lambda w: settings_of(w.run, "model.heads", "specialisation", "paper")
        | settings_of(w.run, "ratios", within="figures"),


use rule fig2 as fig11 with:
    input:
        similarity="results/{run}/seed{seed}/attention/similarity.parquet",
        examples="results/{run}/seed{seed}/attention/examples.safetensors",
    pathvars:
        figure="fig11",
    params:
        settings={},


rule gallery:
    input:
        snp="results/{run}/seed{seed}/snp/{probe}/{tap}.parquet",
        clusters="results/{run}/seed{seed}/clusters/{probe}/{tap}.parquet",
    output:
        "results/{run}/seed{seed}/gallery/{probe}/{tap}.png",
    log:
        "results/logs/{run}/seed{seed}/gallery/{probe}/{tap}.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/gallery/{probe}/{tap}.tsv"
    conda:
        "../envs/tables.yaml"
    resources:
        **growing(mem_mb=2000, runtime=10),
    params:
        code=code("gallery"),
        settings=lambda w: {"threshold": RUNS[w.run]["probes"][w.probe]["thresholds"][0]},
    script:
        "../workflow/scripts/gallery.py"


rule paper_figure:
    input:
        pdf=lambda w: main_figure(w.number, "pdf"),
        png=lambda w: main_figure(w.number, "png"),
    output:
        pdf="results/fig{number}.pdf",
        png=reported("results/fig{number}.png", "Figures", caption="figure", figure="{number}"),
    log:
        "results/logs/fig{number}.log",
    wildcard_constraints:
        number=one_of(map(str, FIGURES)),
    conda:
        "../envs/tables.yaml"
    shell:
        "cp {input.pdf} {output.pdf} 2> {log} && cp {input.png} {output.png} 2>> {log}"
