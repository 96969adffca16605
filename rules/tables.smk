"""The tables of every run: mean and sd over seeds, the controls and the paper's values in columns of their own.

REQUIRED INPUTS: statistics, clusters, accuracies of the seeds of a run
OUTPUTS: results/{run}/table{1..5}.csv, table3_pruning.csv, table3_also.csv (the other pruned block),
table4_random.csv, importance.csv and privilege.csv; beside them the numbers of each seed, in
{table}_seeds.csv; intervals.csv; results/{run}/privilege_every.csv: all taps of every block;
results/table{1..5}.csv ...: those of the runs that `tables:` names
"""


localrules:
    table1,
    table2,
    intervals,
    table3,
    table3_pruning,
    table3_also,
    importance,
    table4,
    table5,
    privilege,
    privilege_every,
    paper_table,


rule table1:
    input:
        unpack(lambda w: summarised(w.run, "fc_pruning")),
        accuracy=lambda w: tap_files("accuracy", w.run, probe_of(w.run, "fc_pruning"), SEEDS),
        untrained=lambda w: tap_files("accuracy", w.run, f"{probe_of(w.run, 'fc_pruning')}-untrained", SEEDS),
    output:
        table="results/{run}/<job>.csv",
        seeds="results/{run}/<job>_seeds.csv",
    log:
        "results/logs/{run}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/<job>.tsv"
    pathvars:
        job="table1",
    conda:
        "../envs/tables.yaml"
    params:
        **job("table1"),
        settings=lambda w: {"seeds": SEEDS, "paper": setting(w.run, "paper")},
    script:
        "../workflow/scripts/{params.script}.py"


use rule table1 as table2 with:
    input:
        unpack(lambda w: summarised(w.run, "fc_pruning")),
    pathvars:
        job="table2",
    params:
        **job("table2"),


use rule table1 as intervals with:
    input:
        statistics=lambda w: summarised(w.run, "fc_pruning")["statistics"],
        rotated=lambda w: summarised(w.run, "fc_pruning")["rotated"],
    output:
        "results/{run}/<job>.csv",
    pathvars:
        job="intervals",
    params:
        **job("intervals"),
        settings={},


use rule table1 as table3 with:
    input:
        unpack(lambda w: summarised(w.run, "pruning")),
        accuracy=lambda w: tap_files("accuracy", w.run, probe_of(w.run, "pruning"), SEEDS),
    pathvars:
        job="table3",
    params:
        **job("table3"),
        settings=lambda w: {"seeds": SEEDS, "paper": setting(w.run, "paper")} | pruned(w.run),


use rule table1 as table3_pruning with:
    input:
        unpack(lambda w: judged_masks(w.run)),
    pathvars:
        job="table3_pruning",
    params:
        **job("table3_pruning"),


use rule table1 as table3_also with:
    input:
        block=lambda w: of_seeds(w.run, f"{pruned_folder(w.run, 'also')}/accuracy.parquet"),
        backbone=lambda w: of_seeds(w.run, "accuracy/backbone.parquet"),
    pathvars:
        job="table3_also",
    params:
        **job("table3_pruning"),
        settings={"seeds": SEEDS, "paper": False},


use rule table1 as importance with:
    input:
        zeroed=lambda w: of_seeds(w.run, "importance.parquet"),
        backbone=lambda w: of_seeds(w.run, "accuracy/backbone.parquet"),
    output:
        table="results/{run}/<job>.csv",
        seeds="results/{run}/<job>_seeds.csv",
        pdf="results/{run}/<job>.pdf",
        png="results/{run}/<job>.png",
    pathvars:
        job="importance",
    params:
        **job("importance"),
        settings=lambda w: {"seeds": SEEDS} | settings_of(w.run, "pruning.block", "pruning.also"),


use rule table1 as table4 with:
    input:
        appearances=lambda w: of_seeds(w.run, "heads/appearances.parquet"),
        null=lambda w: of_seeds(w.run, "heads/null.parquet"),
        rotated=lambda w: of_seeds(w.run, "heads/rotated.parquet"),
        groups=lambda w: of_seeds(w.run, "heads/groups.parquet"),
        accuracy=lambda w: tap_files("accuracy", w.run, probe_of(w.run, "specialisation"), SEEDS),
        data=lambda w: data_of(w.run, SEEDS[0]),
    output:
        heads="results/{run}/table4.csv",
        seeds="results/{run}/table4_seeds.csv",
        random="results/{run}/table4_random.csv",
    pathvars:
        job="table4",
    params:
        **job("table4"),


use rule table4 as table5 with:
    output:
        table="results/{run}/<job>.csv",
        seeds="results/{run}/<job>_seeds.csv",
    pathvars:
        job="table5",
    params:
        **job("table5"),


use rule table1 as privilege with:
    input:
        lambda w: [path for probe in main_sets(w.run) for path in tap_files("rotated", w.run, probe, SEEDS)],
    output:
        table="results/{run}/<job>.csv",
        pdf="results/{run}/<job>.pdf",
        png="results/{run}/<job>.png",
    pathvars:
        job="privilege",
    params:
        **job("privilege"),
        settings=lambda w: {"seeds": SEEDS, "sets": main_sets(w.run)},


use rule privilege as privilege_every with:
    input:
        lambda w: tap_files("rotated", w.run, EVERY, SEEDS),
    pathvars:
        job="privilege_every",
    wildcard_constraints:
        run=one_of(run for run in RUNS if EVERY in RUNS[run]["probes"]),
    params:
        **job("privilege"),
        settings={"seeds": SEEDS, "sets": [EVERY]},


rule paper_table:
    input:
        lambda w: f"results/{TABLE_RUNS[w.number]}/table{w.number}.csv",
    output:
        reported("results/table{number}.csv", "Tables", caption="table", table="{number}"),
    log:
        "results/logs/table{number}.log",
    wildcard_constraints:
        number=one_of(TABLE_RUNS),
    conda:
        "../envs/tables.yaml"
    shell:
        "cp {input} {output} 2> {log}"
