"""Every claim of the paper beside what was measured, judged by the rules of claims/claims.yaml.

REQUIRED INPUTS: claims/claims.yaml, all tables, and what these do not say (the inputs of `measures`)
OUTPUTS: results/measures.csv, results/claims.csv
"""


localrules:
    measures,
    claims,


rule measures:
    input:
        data=data_of(MAIN),
        snp=lambda w: tap_files("snp", MAIN, setting(MAIN, "figures.examples")[0], SEEDS),
        clusters=lambda w: tap_files("clusters", MAIN, setting(MAIN, "figures.examples")[0], SEEDS),
        sweep=of_seeds(MAIN, "sweep.parquet"),
        heads=lambda w: tap_files("clusters", MAIN, last_attention(MAIN)[-1], SEEDS),
        appearances=of_seeds(MAIN, "heads/appearances.parquet"),
        accuracy=of_seeds(MAIN, "accuracy/backbone.parquet"),
        similarity=of_seeds(MAIN, "attention/similarity.parquet"),
        second=of_seeds(ROLES["second"], "accuracy/backbone.parquet") if FIVE else [],
    output:
        "results/measures.csv",
    log:
        "results/logs/<job>.log",
    benchmark:
        "results/benchmarks/<job>.tsv"
    pathvars:
        job="measures",
    conda:
        "../envs/tables.yaml"
    params:
        **job("measures"),
        settings=lambda w: settings_of(MAIN, "threshold", within="figures")
        | settings_of(MAIN, "specialisation.threshold", "specialisation.draws")
        | {"seeds": SEEDS, "set": swept_sets(MAIN)[0]},
    script:
        "../workflow/scripts/{params.script}.py"


use rule measures as claims with:
    input:
        claims=ROOT / "claims" / "claims.yaml",
        tables=[*TABLES, "results/measures.csv"],
    output:
        reported("results/claims.csv", "Claims", table="all claims"),
    pathvars:
        job="claims",
    params:
        **job("claims"),
        settings={
            "runs": ROLES,
            "paper": {role: setting(run, "paper") for role, run in ROLES.items()},
        },
