"""Every claim of the paper beside what was measured, judged by the rules of claims/claims.yaml.

REQUIRED INPUTS: claims/claims.yaml, the numbers of each seed behind all tables, and what these do not say
(the inputs of `measures`)
OUTPUTS: results/measures.csv and measures_seeds.csv, results/claims.csv
"""

# Tables of p values and intervals that only all seeds together have.
JOINT = ["measures", "ownership"] if WITH_HEADS else ["measures"]
# The numbers of each seed of the block that matters most.
OTHER_BLOCK = [path.replace(".csv", "_seeds.csv") for path in pruning_results(MAIN) if "table3_also" in path]


localrules:
    measures,
    claims,


rule measures:
    input:
        **measured_files(MAIN),
        **{f"network_{role}": of_seeds(run, "accuracy/backbone.parquet") for role, run in ROLES.items()},
        data=data_of(MAIN, SEEDS[0]),
    output:
        table="results/measures.csv",
        seeds="results/measures_seeds.csv",
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
            {"seeds": SEEDS, "roles": list(ROLES)}
            | {key: RUNS[MAIN].get(key) for key in ("figures", "specialisation")}
        ),
    script:
        "../workflow/scripts/{params.script}.py"


use rule measures as claims with:
    input:
        **OTHER_TABLES,
        claims=ROOT / "claims" / "claims.yaml",
        tables=[
            *JUDGED,
            *OTHER_BLOCK,
            *(f"results/{name}_seeds.csv" for name in JOINT),
            *(["results/unified_seeds.csv"] if BLOCK_SETS else []),
        ],
        joint=expand("results/{name}.csv", name=JOINT),
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
