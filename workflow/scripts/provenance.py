"""What it would take to repeat the results: configuration, commit, versions, machine, times of the stages."""

import json
from datetime import UTC, datetime
from pathlib import Path

from job import start

from nodal.files.atomic import replacing
from nodal.workflow.provenance import commit, machine, stage_times, versions

snakemake = start()
config = snakemake.params.settings
content = {
    "date": f"{datetime.now(UTC):%Y-%m-%d}",
    "commit": commit(Path(snakemake.scriptdir)),
    "machine": machine(),
    "versions": versions(),
    "seeds": config["seeds"],
    "stages": stage_times(Path("results/benchmarks")),
    "config": config,
}
with replacing(snakemake.output[0]) as temporary:
    temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
