"""Every claim of the paper beside what was measured, judged by the rules of claims/claims.yaml.

REQUIRED INPUTS: claims/claims.yaml, all tables; for what the tables do not say: matrices, sweeps, heads, accuracies, attention fields
OUTPUTS: results/measures.csv, results/claims.csv
"""


localrules:
    measures,
    claims,


rule measures:
    input:
        data=f"results/data/{RUNS[MAIN]['dataset']}.safetensors",
        snp=lambda w: of_seeds(MAIN, f"snp/{first_example(MAIN)}.parquet"),
        clusters=lambda w: of_seeds(MAIN, f"clusters/{first_example(MAIN)}.parquet"),
        sweep=lambda w: of_seeds(MAIN, "sweep.parquet"),
        heads=lambda w: of_seeds(
            MAIN, f"clusters/{last_attention_taps(MAIN)[-1]}.parquet"
        ),
        appearances=of_seeds(MAIN, "heads/appearances.parquet"),
        accuracy=of_seeds(MAIN, "accuracy/backbone.parquet"),
        similarity=of_seeds(MAIN, "attention/similarity.parquet"),
        second=of_seeds(SECOND, "accuracy/backbone.parquet"),
    output:
        "results/measures.csv",
    log:
        "results/logs/measures.log",
    benchmark:
        "results/benchmarks/measures.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("measures.py"),
        settings=lambda w: figure_settings(MAIN, "threshold")
        | settings_of(MAIN, "specialisation.threshold", "specialisation.draws")
        | {"seeds": SEEDS, "set": swept_sets(MAIN)[0]},
    script:
        "../workflow/scripts/measures.py"


rule claims:
    input:
        claims=ROOT / "claims" / "claims.yaml",
        tables=[*TABLES, "results/measures.csv"],
    output:
        report(
            "results/claims.csv",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "all claims"},
        ),
    log:
        "results/logs/claims.log",
    benchmark:
        "results/benchmarks/claims.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("claims.py"),
        settings={
            "runs": {"main": MAIN, "second": SECOND},
            "paper": {"main": RUNS[MAIN]["paper"], "second": RUNS[SECOND]["paper"]},
        },
    script:
        "../workflow/scripts/claims.py"
