"""Every claim of the paper beside what was measured, judged by the rules of claims/claims.yaml.

REQUIRED INPUTS: claims/claims.yaml, all tables, and what these do not say (the inputs of `measures`)
OUTPUTS: results/measures.csv, results/claims.csv
"""


localrules:
    measures,
    claims,


rule measures:
    input:
        **measured_files(MAIN),
        data=data_of(MAIN),
        accuracy=of_seeds(MAIN, "accuracy/backbone.parquet"),
        second=of_seeds(ROLES["second"], "accuracy/backbone.parquet") if "second" in ROLES else [],
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
        settings=sorted_mapping(
            {"seeds": SEEDS} | {key: RUNS[MAIN].get(key) for key in ("figures", "specialisation")}
        ),
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
