"""What every stage shares: the checked configuration, what reruns a job, and where the files it takes lie.

REQUIRED INPUTS: config (a mapping, see config/README.md)
OUTPUTS: functions and constants only; no rule
"""

import os
import sys
from contextlib import contextmanager
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

from nodal.files.images import image_files, read_bytes
from nodal.workflow.digest import code_digest, listing_digest
from nodal.workflow.place import check_place
from nodal.workflow.settings import checked, sorted_mapping
from nodal.architectures.cct import tap_block

try:
    check_place(ROOT)
    # In place: what Snakemake itself knows as the configuration is complete, too.
    config.update(checked(config, workflow.configfiles))
except ValueError as error:
    raise WorkflowError(str(error)) from None

RUNS = config["runs"]
SEEDS = config["seeds"]

# Every SNP matrix exists thrice: as the paper defines it; on the held-out split, whose images decided
# nothing; and with each node's weights shuffled over the labels, which shows what chance gives.
VARIANTS = ("", "-heldout", "-shuffled")


def one_of(names):
    """A pattern of exactly these names; one that matches nothing where there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    run=one_of(RUNS),
    seed="[0-9]+",
    probe="[a-z][a-z0-9_]*",
    tap="[a-z0-9_]+",


def code(script):
    """The digest of a script and of all of nodal it imports."""
    # A string: Snakemake does not rerun a job for params that are functions of its output.
    return code_digest(ROOT / "workflow" / "scripts" / f"{script}.py", ROOT)


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


def probe_settings(run, probe, *keys):
    """Exactly these settings of a probe set, or all that say how it is trained."""
    trained = setting(run, f"probes.{probe}").keys() - {"rule", "split", "thresholds"}
    return {"probe": settings_of(run, *keys or trained, within=f"probes.{probe}")}


def data_of(run):
    """The data file of a run."""
    return f"results/data/{setting(run, 'dataset')}.safetensors"


def of_seeds(run, *files):
    """Files of every seed of a run, seed by seed."""
    return expand("results/{run}/seed{seed}/{file}", run=run, seed=SEEDS, file=files)


def tap_files(folder, run, places, seeds="{seed}"):
    """The files of these places (`set/tap`, or a whole `set`), seed by seed; or for any seed, a wildcard."""
    path = "results/{run}/seed{seed}/{folder}/{place}.parquet"
    return expand(path, run=run, seed=seeds, folder=folder, place=places)


def places(run, *probes, variants=VARIANTS):
    """The places of all taps of these probe sets, set by set and variant by variant."""
    taps = {probe: setting(run, f"probes.{probe}.taps") for probe in probes}
    return [f"{probe}{variant}/{tap}" for probe in probes for variant in variants for tap in taps[probe]]


def probe_of(run, stage):
    """The probe set that a stage uses."""
    return setting(run, f"{stage}.probe")


def pruned_places(run, *kinds, variant=""):
    """The taps of the pruned block, of these kinds or of all."""
    probe, block = probe_of(run, "pruning"), setting(run, "pruning.block")
    return [f"{probe}{variant}/{kind}{block}" for kind in kinds or setting(run, "pruning.thresholds")]


def fc_place(run, variant=""):
    """The tap whose probe's FC layer is pruned."""
    return f"{probe_of(run, 'fc_pruning')}{variant}/{setting(run, 'fc_pruning.tap')}"


def attention_places(run, *variants):
    """The attention taps whose heads are looked at."""
    return places(run, probe_of(run, "specialisation"), variants=variants)


def last_attention(run):
    """The last four attention taps whose heads are looked at."""
    return sorted(attention_places(run, ""), key=lambda place: tap_block(Path(place).name))[-4:]


def swept_sets(run):
    """The probe sets over whose thresholds the figures go, each once."""
    return list(dict.fromkeys(Path(place).parent.name for place in setting(run, "figures.sweep")))


def main_figure(w):
    """A figure of the main run: over its seeds, or of its first seed."""
    folder = MAIN if int(w.number) in OVER_SEEDS else f"{MAIN}/seed{SEEDS[0]}"
    return {ending: f"results/{folder}/figures/fig{w.number}.{ending}" for ending in ("pdf", "png")}


def reported(path, category, caption=None, **labels):
    """An output that Snakemake's own report shows, with a text from `report/`."""
    caption = f"../report/{caption or Path(path).stem}.rst"
    return report(path, caption=caption, category=category, labels=labels)


def datasets_from(source):
    """A pattern of the data sets that come from one source."""
    return one_of(name for name, data in config["datasets"].items() if data["source"] == source)


def listing(dataset):
    """The digest of the image folder of a data set and of the tables on its labels.

    For params: what a function of inputs raises Snakemake passes over where later results are there.
    """
    settings = config["datasets"][dataset]
    with naming(f"datasets.{dataset}.root"):
        files = image_files(Path(settings["root"]), settings["test"])
    tables = []
    for key in ("superclasses", "order"):
        if settings[key]:
            with naming(f"datasets.{dataset}.{key}"):
                tables.append(read_bytes(Path(settings[key])))
    return listing_digest(files, tables)


@contextmanager
def naming(key):
    """End with one line, that begins with the key at fault; any other exception Snakemake wraps in a traceback."""
    try:
        yield
    except ValueError as error:
        raise SystemExit(f"{key}: {error}") from None
