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
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))
)

from nodal.files.images import image_files
from nodal.workflow.digest import code_digest, listing_digest
from nodal.workflow.settings import checked
from nodal.architectures.cct import tap_block

try:
    # In place: what Snakemake itself knows as the configuration is complete, too.
    config.update(
        checked(config, yaml.safe_load((ROOT / "config" / "schema.yaml").read_text()))
    )
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
    tap="[a-z0-9_]+",


try:
    Path("results").mkdir(exist_ok=True)
except OSError as error:
    raise WorkflowError(
        f"results: the folder cannot be made ({error.strerror}): run from a folder you may write to"
    ) from None


def code(script):
    """The digest of a script and of all of nodal it imports."""
    return code_digest(SCRIPTS / script, ROOT)


def growing(first):
    """A resource of which a job that is tried again gets more: so much for each attempt."""

    def amount(wildcards, attempt):
        return first * attempt

    return amount


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
