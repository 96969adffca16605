"""The studies of what the paper's Discussion only suggests, each in a file of rules/studies/.

REQUIRED INPUTS: those of the studies
OUTPUTS: none of its own. `snakemake studies` makes the tables and figures of all studies for which the main
run has the stages; results/{run}/studies/{study}.csv and .png are those of any run
"""

# Claims are judged by what the configuration names, never by what happens to lie there.
STUDIED = [
    f"results/{MAIN}/studies/{table}.csv"
    for study in config["studies"] or []
    for table in (*(f"{name}_seeds" for name in STUDIES[study].tables), *STUDIES[study].joint)
]


rule studies:
    input:
        [
            f"results/{MAIN}/studies/{study}.{ending}"
            for study, its in STUDIES.items()
            if all(stage in RUNS[MAIN] for stage in its.needs)
            and not (its.trains and "checkpoint" in RUNS[MAIN]["pretrain"])
            for ending in ("csv", "pdf", "png")
        ],
