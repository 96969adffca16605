"""What every stage shares: the checked configuration, and what a job must carry to be rerun when it is invalid.

REQUIRED INPUTS: config (a mapping, see config/README.md), config/schema.yaml
OUTPUTS: functions and constants only; no rule
"""

import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.current_basedir).resolve().parent
SCRIPTS = ROOT / "workflow" / "scripts"
# Both this file and the scripts of the jobs (which inherit the variable) import nodal from the root.
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

from nodal.digest import code_digest
from nodal.settings import checked

try:
    config = checked(config, yaml.safe_load((ROOT / "config" / "schema.yaml").read_text()))
except ValueError as error:
    raise WorkflowError(str(error)) from None

RUNS = config["runs"]
SEEDS = config["seeds"]

# Every SNP matrix exists thrice: as the paper defines it; on the held-out split, whose images decided
# nothing; and with each node's weights shuffled over the labels, which shows what chance gives.
VARIANTS = ("", "-heldout", "-shuffled")


wildcard_constraints:
    run="|".join(RUNS),
    seed="[0-9]+",
    probe="[a-z][a-z0-9_]*",


try:
    Path("results").mkdir(exist_ok=True)
except OSError as error:
    raise WorkflowError(f"results: the folder cannot be made ({error.strerror}): run from a folder you may write to") from None


def code(script):
    """The digest of a script and of all of nodal it imports."""
    return code_digest(SCRIPTS / script, ROOT)


def settings_of(run, *keys):
    """Exactly these settings of a run (`a.b` is b in a), sorted so that equal settings compare equal."""
    found = {}
    for key in keys:
        value = RUNS[run]
        for part in key.split("."):
            value = value[part]
        found[key] = value
    return sorted_mapping(found)


def sorted_mapping(value):
    """A mapping with sorted keys at every level."""
    if isinstance(value, dict):
        return {key: sorted_mapping(value[key]) for key in sorted(value)}
    return value


def dataset_of(wildcards):
    """The data file of a run."""
    return f"results/data/{RUNS[wildcards.run]['dataset']}.safetensors"


def per_tap(folder, run, probe, variants=VARIANTS):
    """The files of a probe set, one for each variant and tap; the seed stays a wildcard."""
    return [
        f"results/{run}/seed{{seed}}/{folder}/{probe}{variant}/{tap}.parquet"
        for variant in variants
        for tap in RUNS[run]["probes"][probe]["taps"]
    ]


def stage_settings(run, stage, key="probe"):
    """A setting of an optional stage, with a clear word where the run does not have that stage."""
    if stage not in RUNS[run]:
        raise WorkflowError(f"runs.{run}: this result needs {stage}, which the run does not have")
    return RUNS[run][stage][key]
