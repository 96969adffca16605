"""The report: figures and claims of the main run and the tables of all on one page, to be read offline.

REQUIRED INPUTS: results/{run}/table*.csv, results/unified.csv, results/ownership.csv, results/fig*.png,
results/claims.csv, the data files (what they hold), SNP (single-nodal performance) files
OUTPUTS: results/provenance.json, results/report.html
"""

REPORTED = list(dict.fromkeys([MAIN, *ROLES.values(), *RUNS]))  # in this order
# d3 before Plot, which uses it; the explorer's own after both.
SCRIPTS = ["vendor/d3.min", "vendor/plot.umd.min", "explorer/nodes", "explorer/drawings", "explorer/page"]


localrules:
    provenance,
    write_report,


rule provenance:
    input:
        TABLES,
        "results/claims.csv",
        expand("results/fig{number}.png", number=FIGURES),
    output:
        "results/provenance.json",
    log:
        "results/logs/provenance.log",
    conda:
        "../envs/tables.yaml"
    params:
        **job("provenance"),
        settings=sorted_mapping(config),
    script:
        "../workflow/scripts/{params.script}.py"


use rule provenance as write_report with:
    input:
        template=ROOT / "report" / "report.html.j2",
        style=ROOT / "report" / "report.css",
        scripts=[ROOT / "report" / f"{name}.js" for name in SCRIPTS],
        captions=sorted((ROOT / "report").glob("*.rst")),
        claims="results/claims.csv",
        provenance="results/provenance.json",
        tables=[f"results/{run}/table{number}.csv" for run in RUNS for number in made(RUNS[run], "table")],
        unified="results/unified.csv" if BLOCK_SETS else [],
        ownership="results/ownership.csv" if WITH_HEADS else [],
        figures=expand("results/fig{number}.png", number=FIGURES),
        opening=[*opening(MAIN), *(["results/unified.png"] if BLOCK_SETS else [])],
        data=[data_of(run, SEEDS[0]) for run in REPORTED],
        snp=[path for run in RUNS for path in explored(run)],
    output:
        "results/report.html",
    log:
        "results/logs/report.log",
    params:
        **job("write_report"),
        runs=REPORTED,
