"""What every stage shares: the checked configuration, what reruns a job, and the settings that it reads.

REQUIRED INPUTS: config (a mapping, see config/README.md)
OUTPUTS: functions and constants only; no rule
"""

import os
import sys
from dataclasses import asdict
from functools import reduce
from operator import getitem
from pathlib import Path

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.current_basedir).resolve().parent
# Both this file and the scripts of the jobs (which inherit the variable) import nodal from the root; `job`
# lies beside the scripts, a folder that Snakemake puts behind all others.
sys.path.insert(0, str(ROOT))
PYTHONPATH = [str(ROOT), str(ROOT / "workflow" / "scripts"), os.getenv("PYTHONPATH")]
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, PYTHONPATH)))

from nodal.architectures.architecture import EVERY, READOUT
from nodal.architectures.attention_heads import head_weights, with_heads
from nodal.architectures.skips import skips
from nodal.architectures.width import of_width
from nodal.paper import SKIP_RATIO
from nodal.workflow.code import KEPT, Code
from nodal.workflow.place import check_place
from nodal.workflow.results import left_out, made
from nodal.workflow.settings import STUDIES, TEXTS, also_set, architectures, checked, sorted_mapping

try:
    check_place(ROOT)
    # In place: what Snakemake itself knows as the configuration is complete, too.
    config.update(checked(config, workflow.configfiles))
    ARCHITECTURES = architectures(config)
except ValueError as error:
    raise WorkflowError(str(error)) from None

# What a job's code is; kept for the next Snakemake, and for that of each job on a cluster.
CODE = Code(ROOT, kept=KEPT)

RUNS = config["runs"]
SEEDS = config["seeds"]

# Figure 11 shows images beside what attention makes of them, or texts by the attention of their tokens.
TEXT_RUNS = {run for run in RUNS if config["datasets"][RUNS[run]["dataset"]]["source"] in TEXTS}

# The runs behind the tables: `main` behind Tables 1-4 and, where there is one, `second` behind Table 5.
ROLES = {role: run for role, run in config["tables"].items() if run}
MAIN = ROLES["main"]
TABLE_RUNS = {number: MAIN for number in made(RUNS[MAIN], "table") if number != "5"}
if "second" in ROLES and "specialisation" in RUNS[ROLES["second"]]:
    TABLE_RUNS["5"] = ROLES["second"]
TABLES = expand("results/table{number}.csv", number=TABLE_RUNS)
# What claims are judged by: the numbers of each seed, where a table has them.
JUDGED = [
    f"results/{run}/table{number}{'' if number == '4_random' else '_seeds'}.csv"
    for number, run in TABLE_RUNS.items()
] + ([f"results/{MAIN}/intervals.csv"] if "2" in TABLE_RUNS else [])
# The same of the runs on texts and of a CNN, by which the claims on these are judged.
OTHER_TABLES = {
    role: [
        f"results/{ROLES[role]}/table{number}_seeds.csv"
        for number in made(RUNS[ROLES[role]], "table")
        if number != "4_random"
    ]
    for role in ("text", "cnn")
    if role in ROLES
}
FIGURES = made(RUNS[MAIN], "fig")
OVER_SEEDS = ("4", "5", "10")

# Every SNP matrix exists as the paper defines it, and in controls: on the held-out split, whose inputs decided
# nothing; with each node's weights shuffled over the labels; of the network before its training; and in the
# last block, of a probe that was trained in a random basis.
CONTROLS = ("-heldout", "-shuffled", "-untrained")
VARIANTS = ("", *CONTROLS, "-rotated_probe")


def one_of(names):
    """A pattern of exactly these names; one that matches nothing where there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    run=one_of(RUNS),
    seed="[0-9]+",
    probe="[a-z][a-z0-9_]*",
    tap="[a-z0-9_]+",
    block="[0-9]+",


def code(script):
    """The digest of a script and of all of nodal it imports."""
    # A string: Snakemake does not rerun a job for params that are functions of its output.
    return CODE.digest(ROOT / "workflow" / "scripts" / f"{script}.py")


def job(script):
    """The name and the digest of a script, as params of a rule that inherits or is inherited from."""
    return {"script": script, "code": code(script)}


def growing(**amounts):
    """Resources of which a job that is tried again gets more: so much for each attempt."""
    return {name: lambda wildcards, attempt, first=first: first * attempt for name, first in amounts.items()}


def setting(run, key):
    """A setting of a run (`a.b` is b in a), with a clear word where the run does not have that stage."""
    stage, *_ = parts = key.split(".")
    if stage not in RUNS[run]:
        raise WorkflowError(f"runs.{run}: this result needs {stage}, which the run does not have")
    return reduce(getitem, parts, RUNS[run])


def settings_of(run, *keys, within=None):
    """Exactly these settings of a run or of a part of it, sorted so that equal settings compare equal."""
    paths = {key: f"{within}.{key}" if within else key for key in keys}
    return sorted_mapping({key: setting(run, path) for key, path in paths.items()})


def model_of(run, network):
    """The settings of the network that is trained, which all but one share."""
    return of_width(setting(run, "model"), 0.5) if network == "half_width" else setting(run, "model")


def probe_settings(run, probe, *keys):
    """Exactly these settings of a probe set, or all that say how it is trained; and what its taps are."""
    trained = setting(run, f"probes.{probe}").keys() - {"rule", "split", "thresholds"}
    settings = settings_of(run, *keys or trained, within=f"probes.{probe}")
    if settings["norm"] == "final":
        settings["final_norm"] = ARCHITECTURES[run].final_norm
    return {"probe": settings, "taps": taps_of(run, probe)}


def taps_of(run, probe):
    """What the taps of a probe set are, by name."""
    return {tap: asdict(ARCHITECTURES[run].tap(tap)) for tap in setting(run, f"probes.{probe}.taps")}


def measured_settings(run, probe):
    """What a pass over the splits reads, to measure the probes of a set."""
    probed = probe_settings(run, probe, "bias", "norm", "pooling", "split", "taps")
    return settings_of(run, "model", "normalise") | {"rotated": rotated_taps(run, probe)} | probed


def pruned(run, block=None):
    """The layers of a pruned block by name of the weight, and the thresholds of the taps at their ends."""
    block, kinds = int(block or setting(run, "pruning.block")), setting(run, "pruning.thresholds")
    return {
        "layers": [(weight, asdict(layer)) for weight, layer in ARCHITECTURES[run].layers_of(block).items()],
        "thresholds": {
            tap: kinds[ARCHITECTURES[run].tap(tap).kind] for tap in ARCHITECTURES[run].ends_of(block)
        },
    }


def pruned_probe(run, block):
    """The probe set that reads the taps at the ends of a pruned block's layers."""
    own = int(block) == setting(run, "pruning.block")
    return probe_of(run, "pruning") if own else also_set(probe_of(run, "pruning"))


def ends_of(run, block):
    """What these taps are, by name."""
    return {tap: asdict(ARCHITECTURES[run].tap(tap)) for tap in ARCHITECTURES[run].ends_of(int(block))}


def pruned_folder(run, which="block"):
    """The folder, within a seed's, of a pruned block: `block`, the paper's, or `also`."""
    return f"pruned{setting(run, f'pruning.{which}')}"


def parts_of(run):
    """The parts of a network that can be set to zero."""
    network = ARCHITECTURES[run]
    return {
        "layers": [(weight, asdict(layer)) for weight, layer in network.layers.items()],
        "heads": {tap: network.taps[tap].heads for tap in network.head_taps()},
        "blocks": network.blocks,
    }


def fc_settings(run):
    """What pruning an FC layer reads, but for the thresholds."""
    probe = probe_settings(run, probe_of(run, "fc_pruning"), "bias", "norm", "pooling")
    return settings_of(run, "model", "normalise", "fc_pruning.tap", "fc_pruning.retrain") | probe


def shown_layer(run):
    """The layer of the pruned block that Figure 6 shows, with its weight's name."""
    layers = ARCHITECTURES[run].layers_of(setting(run, "pruning.block"))
    weight = ARCHITECTURES[run].middle_layer(setting(run, "pruning.block"))
    return weight, asdict(layers[weight])


def shown_ends(run):
    """The taps at the ends of that layer."""
    return [shown_layer(run)[1][side] for side in ("source", "target")]


def reported(path, category, caption=None, **labels):
    """An output that Snakemake's own report shows, with a text from `report/`."""
    caption = f"../report/{caption or Path(path).stem}.rst"
    return report(path, caption=caption, category=category, labels=labels)
