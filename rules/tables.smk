"""The tables: mean and sd over seeds, the controls and the paper's values in columns of their own.

REQUIRED INPUTS: statistics, clusters, accuracies of the seeds of a run
OUTPUTS: results/table{1..5}.csv, results/table3_pruning.csv, results/table4_random.csv
"""

# The runs behind the tables: `main` behind Tables 1-4 and, where there is one, `second` behind Table 5.
ROLES = {role: run for role, run in config["tables"].items() if run}
MAIN = ROLES["main"]
FIVE = ["5"] if "second" in ROLES else []
TABLES = expand("results/table{name}.csv", name=["1", "2", "3", "3_pruning", "4", "4_random", *FIVE])


localrules:
    table1,
    table2,
    table3,
    table4,


rule table1:
    input:
        clusters=lambda w: tap_files("clusters", MAIN, places(MAIN, probe_of(MAIN, "fc_pruning")), SEEDS),
        statistics=lambda w: tap_files("statistics", MAIN, places(MAIN, probe_of(MAIN, "fc_pruning")), SEEDS),
        accuracy=lambda w: tap_files("accuracy", MAIN, probe_of(MAIN, "fc_pruning"), SEEDS),
    output:
        reported("results/table1.csv", "Tables", table="1"),
    log:
        "results/logs/<job>.log",
    benchmark:
        "results/benchmarks/<job>.tsv"
    pathvars:
        job="table1",
    conda:
        "../envs/tables.yaml"
    params:
        **job("table1"),
        settings={"run": MAIN, "seeds": SEEDS, "depth": ARCHITECTURES[MAIN].depth},
    script:
        "../workflow/scripts/{params.script}.py"


use rule table1 as table2 with:
    input:
        clusters=lambda w: tap_files("clusters", MAIN, places(MAIN, probe_of(MAIN, "fc_pruning")), SEEDS),
        statistics=lambda w: tap_files("statistics", MAIN, places(MAIN, probe_of(MAIN, "fc_pruning")), SEEDS),
    output:
        reported("results/table2.csv", "Tables", table="2"),
    pathvars:
        job="table2",
    params:
        **job("table2"),


use rule table1 as table3 with:
    input:
        clusters=lambda w: tap_files("clusters", MAIN, places(MAIN, probe_of(MAIN, "pruning")), SEEDS),
        statistics=lambda w: tap_files("statistics", MAIN, places(MAIN, probe_of(MAIN, "pruning")), SEEDS),
        accuracy=lambda w: tap_files("accuracy", MAIN, probe_of(MAIN, "pruning"), SEEDS),
        masks=of_seeds(MAIN, "masks/andc.safetensors"),
        retrained=of_seeds(MAIN, "retrain/accuracy.parquet"),
        fc=of_seeds(MAIN, "fc_pruning.parquet"),
        backbone=of_seeds(MAIN, "accuracy/backbone.parquet"),
    output:
        layers=reported("results/table3.csv", "Tables", table="3"),
        pruning=reported("results/table3_pruning.csv", "Tables", table="3, pruning"),
    pathvars:
        job="table3",
    params:
        **job("table3"),
        settings=lambda w: {"run": MAIN, "seeds": SEEDS, "depth": ARCHITECTURES[MAIN].depth} | pruned(MAIN),


use rule table1 as table4 with:
    input:
        appearances=of_seeds(MAIN, "heads/appearances.parquet"),
        null=of_seeds(MAIN, "heads/null.parquet"),
        accuracy=lambda w: tap_files("accuracy", MAIN, probe_of(MAIN, "specialisation"), SEEDS),
        data=data_of(MAIN),
    output:
        heads=reported("results/table4.csv", "Tables", table="4"),
        random=reported("results/table4_random.csv", "Tables", table="4, random labels"),
    pathvars:
        job="table4",
    params:
        **job("table4"),


if "second" in ROLES:
    SECOND = ROLES["second"]

    localrules:
        table5,

    use rule table1 as table5 with:
        input:
            appearances=of_seeds(SECOND, "heads/appearances.parquet"),
            null=of_seeds(SECOND, "heads/null.parquet"),
            accuracy=lambda w: tap_files("accuracy", SECOND, probe_of(SECOND, "specialisation"), SEEDS),
        output:
            reported("results/table5.csv", "Tables", table="5"),
        pathvars:
            job="table5",
        params:
            **job("table5"),
            settings={"run": SECOND, "seeds": SEEDS, "depth": ARCHITECTURES[SECOND].depth},
