"""The runs of a configuration beside each other: blocks, attention heads, basis privilege, and one instrument.

REQUIRED INPUTS: Tables 1 and 2 and privilege.csv of the runs; the files of their heads; averages in random
bases, accuracies and networks of the seeds of every run with a probe a block
OUTPUTS: results/compare.csv and .png, results/privilege.csv; of the attention heads results/ownership.csv; of
CNNs and transformers with a probe a block, beside their twins, results/unified.csv, .pdf and .png; beside the
last two the numbers of each seed, {table}_seeds.csv
"""

COMPARED = [run for run in RUNS if "1" in made(RUNS[run], "table")]
WITH_HEADS = [run for run in RUNS if "4" in made(RUNS[run], "table")]
# Every training of probes: run, probe set, network; and its accuracies.
PROBED = [
    ((run, probe, network), path)
    for run in RUNS
    for probe in main_sets(run)
    for network, variant in (("trained", ""), ("untrained", "-untrained"))
    for path in tap_files("accuracy", run, f"{probe}{variant}", SEEDS)
]


localrules:
    compare,
    ownership,
    privilege_of_runs,
    unified,


use rule table1 as compare with:
    input:
        clusters=expand("results/{run}/table1.csv", run=COMPARED),
        signal=expand("results/{run}/table2.csv", run=COMPARED),
    output:
        table="results/compare.csv",
        pdf="results/compare.pdf",
        png="results/compare.png",
    log:
        "results/logs/<job>.log",
    benchmark:
        "results/benchmarks/<job>.tsv"
    pathvars:
        job="compare",
    params:
        **job("compare"),
        settings={"runs": COMPARED},


use rule compare as ownership with:
    input:
        **{
            name: [path for run in WITH_HEADS for path in of_seeds(run, f"heads/{name}.parquet")]
            for name in ("appearances", "null", "rotated")
        },
    output:
        table="results/<job>.csv",
        seeds="results/<job>_seeds.csv",
    pathvars:
        job="ownership",
    params:
        **job("ownership"),
        settings={
            "seeds": SEEDS,
            "ratios": {run: setting(run, "specialisation.ratio") for run in WITH_HEADS},
        },


use rule compare as privilege_of_runs with:
    input:
        tables=expand("results/{run}/privilege.csv", run=RUNS),
        accuracy=[path for _, path in PROBED],
    output:
        "results/privilege.csv",
    pathvars:
        job="privilege_of_runs",
    params:
        **job("privilege_of_runs"),
        settings={"runs": list(RUNS), "probes": [place for place, _ in PROBED]},


use rule compare as unified with:
    input:
        rotated=of_sets("rotated/{probe}.parquet"),
        accuracy=of_sets("accuracy/{probe}.parquet"),
        untrained=of_sets("accuracy/{probe}-untrained.parquet"),
        backbone=of_sets("accuracy/backbone.parquet"),
        network=of_sets("backbone.safetensors"),
    output:
        table="results/<job>.csv",
        seeds="results/<job>_seeds.csv",
        pdf="results/<job>.pdf",
        png="results/<job>.png",
    pathvars:
        job="unified",
    params:
        **job("unified"),
        settings={"seeds": SEEDS, "sets": [about_set(*each) for each in BLOCK_SETS]},
