"""Figures of single nodes, labels and thresholds, and the gallery; Figures 7-11 are drawn by rules beside these.

REQUIRED INPUTS: SNP (single-nodal performance) matrices, clusters, statistics, masks of a run
OUTPUTS: results/{run}/seed{seed}/figures/fig{2,3,6}, results/{run}/figures/fig{4,5}, .../gallery/{probe}/{tap}.png;
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
    paper_figure,


rule fig2:
    input:
        snp=shown("snp", first=True),
        statistics=shown("statistics", first=True),
    output:
        pdf="results/{run}/seed{seed}/figures/fig2.pdf",
        png="results/{run}/seed{seed}/figures/fig2.png",
    log:
        "results/logs/{run}/seed{seed}/fig2.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig2.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig2.py"),
        settings=lambda w: figure_settings(w.run, "threshold", "node"),
    script:
        "../workflow/scripts/fig2.py"


rule fig3:
    input:
        snp=shown("snp"),
        clusters=shown("clusters"),
        statistics=shown("statistics"),
    output:
        pdf="results/{run}/seed{seed}/figures/fig3.pdf",
        png="results/{run}/seed{seed}/figures/fig3.png",
    log:
        "results/logs/{run}/seed{seed}/fig3.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig3.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig3.py"),
        settings=lambda w: figure_settings(w.run, "threshold", "node"),
    script:
        "../workflow/scripts/fig3.py"


rule fig4:
    input:
        snp=lambda w: of_seeds(w.run, f"snp/{examples_of(w)[0]}.parquet"),
        clusters=lambda w: of_seeds(w.run, f"clusters/{examples_of(w)[0]}.parquet"),
    output:
        pdf="results/{run}/figures/fig4.pdf",
        png="results/{run}/figures/fig4.png",
    log:
        "results/logs/{run}/fig4.log",
    benchmark:
        "results/benchmarks/{run}/fig4.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig4.py"),
        settings=lambda w: figure_settings(w.run, "threshold")
        | {"paper": RUNS[w.run]["paper"]},
    script:
        "../workflow/scripts/fig4.py"


rule sweep:
    input:
        snp=swept,
    output:
        "results/{run}/seed{seed}/sweep.parquet",
    log:
        "results/logs/{run}/seed{seed}/sweep.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/sweep.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("sweep.py"),
        run="{run}",
        settings=lambda w: {
            probe: RUNS[w.run]["probes"][probe]["rule"] for probe in swept_sets(w.run)
        },
    script:
        "../workflow/scripts/sweep.py"


rule fig5:
    input:
        lambda w: of_seeds(w.run, "sweep.parquet"),
    output:
        pdf="results/{run}/figures/fig5.pdf",
        png="results/{run}/figures/fig5.png",
    log:
        "results/logs/{run}/fig5.log",
    benchmark:
        "results/benchmarks/{run}/fig5.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig5.py"),
        settings=lambda w: figure_settings(w.run, "sweep")
        | {"paper": RUNS[w.run]["paper"]},
    script:
        "../workflow/scripts/fig5.py"


rule fig6:
    input:
        snp=lambda w: pruned_tap(w, "snp", "linear1_in"),
        clusters=lambda w: [
            pruned_tap(w, "clusters", kind) for kind in ("linear1_in", "linear1_out")
        ],
        mask="results/{run}/seed{seed}/masks/andc.safetensors",
    output:
        pdf="results/{run}/seed{seed}/figures/fig6.pdf",
        png="results/{run}/seed{seed}/figures/fig6.png",
    log:
        "results/logs/{run}/seed{seed}/fig6.log",
    benchmark:
        "results/benchmarks/{run}/seed{seed}/fig6.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("fig6.py"),
        settings=lambda w: settings_of(w.run, "pruning.block", "pruning.thresholds"),
    script:
        "../workflow/scripts/fig6.py"


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
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        code=code("gallery.py"),
        settings=lambda w: {
            "threshold": RUNS[w.run]["probes"][w.probe]["thresholds"][0]
        },
    script:
        "../workflow/scripts/gallery.py"


rule paper_figure:
    input:
        pdf=of_main_run("pdf"),
        png=of_main_run("png"),
    output:
        pdf="results/fig{number}.pdf",
        png=report(
            "results/fig{number}.png",
            caption="../report/figure.rst",
            category="Figures",
            labels={"figure": "{number}"},
        ),
    log:
        "results/logs/fig{number}.log",
    wildcard_constraints:
        number="|".join(map(str, FIGURES)),
    conda:
        "../envs/tables.yaml"
    threads: 1
    shell:
        "cp {input.pdf} {output.pdf} 2> {log} && cp {input.png} {output.png} 2>> {log}"
