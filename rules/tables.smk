"""The tables of the paper: mean and sd over seeds, the controls beside, the paper's values in columns of their own.

REQUIRED INPUTS: statistics, clusters, accuracies of the seeds of a run
OUTPUTS: results/table{1..5}.csv, results/table3_pruning.csv, results/table4_random.csv
"""

MAIN, SECOND = config["tables"]["main"], config["tables"]["second"]
TABLES = expand(
    "results/table{name}.csv",
    name=["1", "2", "3", "3_pruning", "4", "4_random", "5"],
)


localrules:
    table1,
    table2,
    table3,
    table4,
    table5,


rule table1:
    input:
        clusters=lambda w: of_probe("clusters", MAIN, probe_of_blocks(MAIN)),
        statistics=lambda w: of_probe("statistics", MAIN, probe_of_blocks(MAIN)),
        accuracy=lambda w: of_seeds(MAIN, f"accuracy/{probe_of_blocks(MAIN)}.parquet"),
    output:
        report(
            "results/table1.csv",
            caption="../report/table1.rst",
            category="Tables",
            labels={"table": "1"},
        ),
    log:
        "results/logs/table1.log",
    benchmark:
        "results/benchmarks/table1.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("table1.py"),
        settings={"run": MAIN, "seeds": SEEDS, "depth": RUNS[MAIN]["model"]["depth"]},
    script:
        "../workflow/scripts/table1.py"


rule table2:
    input:
        clusters=lambda w: of_probe("clusters", MAIN, probe_of_blocks(MAIN)),
        statistics=lambda w: of_probe("statistics", MAIN, probe_of_blocks(MAIN)),
    output:
        report(
            "results/table2.csv",
            caption="../report/table2.rst",
            category="Tables",
            labels={"table": "2"},
        ),
    log:
        "results/logs/table2.log",
    benchmark:
        "results/benchmarks/table2.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("table2.py"),
        settings={"run": MAIN, "seeds": SEEDS, "depth": RUNS[MAIN]["model"]["depth"]},
    script:
        "../workflow/scripts/table2.py"


rule table3:
    input:
        clusters=lambda w: of_probe("clusters", MAIN, stage_settings(MAIN, "pruning")),
        statistics=lambda w: of_probe(
            "statistics", MAIN, stage_settings(MAIN, "pruning")
        ),
        accuracy=lambda w: of_seeds(
            MAIN, f"accuracy/{stage_settings(MAIN, 'pruning')}.parquet"
        ),
        masks=of_seeds(MAIN, "masks/andc.safetensors"),
        retrained=of_seeds(MAIN, "retrain/accuracy.parquet"),
        fc=of_seeds(MAIN, "fc_pruning.parquet"),
        backbone=of_seeds(MAIN, "accuracy/backbone.parquet"),
    output:
        layers=report(
            "results/table3.csv",
            caption="../report/table3.rst",
            category="Tables",
            labels={"table": "3"},
        ),
        pruning=report(
            "results/table3_pruning.csv",
            caption="../report/table3_pruning.rst",
            category="Tables",
            labels={"table": "3, pruning"},
        ),
    log:
        "results/logs/table3.log",
    benchmark:
        "results/benchmarks/table3.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("table3.py"),
        settings=lambda w: settings_of(
            MAIN, "model.depth", "pruning.block", "pruning.probe", "pruning.thresholds"
        )
        | {"run": MAIN, "seeds": SEEDS},
    script:
        "../workflow/scripts/table3.py"


rule table4:
    input:
        appearances=of_seeds(MAIN, "heads/appearances.parquet"),
        null=of_seeds(MAIN, "heads/null.parquet"),
        accuracy=lambda w: of_seeds(
            MAIN, f"accuracy/{stage_settings(MAIN, 'specialisation')}.parquet"
        ),
        data=f"results/data/{RUNS[MAIN]['dataset']}.safetensors",
    output:
        heads=report(
            "results/table4.csv",
            caption="../report/table4.rst",
            category="Tables",
            labels={"table": "4"},
        ),
        random=report(
            "results/table4_random.csv",
            caption="../report/table4_random.rst",
            category="Tables",
            labels={"table": "4, random labels"},
        ),
    log:
        "results/logs/table4.log",
    benchmark:
        "results/benchmarks/table4.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("table4.py"),
        settings={"run": MAIN, "seeds": SEEDS, "depth": RUNS[MAIN]["model"]["depth"]},
    script:
        "../workflow/scripts/table4.py"


rule table5:
    input:
        appearances=of_seeds(SECOND, "heads/appearances.parquet"),
        null=of_seeds(SECOND, "heads/null.parquet"),
        accuracy=lambda w: of_seeds(
            SECOND, f"accuracy/{stage_settings(SECOND, 'specialisation')}.parquet"
        ),
    output:
        report(
            "results/table5.csv",
            caption="../report/table5.rst",
            category="Tables",
            labels={"table": "5"},
        ),
    log:
        "results/logs/table5.log",
    benchmark:
        "results/benchmarks/table5.tsv"
    conda:
        "../envs/tables.yaml"
    threads: 1
    params:
        code=code("table5.py"),
        settings={
            "run": SECOND,
            "seeds": SEEDS,
            "depth": RUNS[SECOND]["model"]["depth"],
        },
    script:
        "../workflow/scripts/table5.py"
