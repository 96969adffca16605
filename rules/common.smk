"""What every stage shares: the checked configuration, what reruns a job, and where the files it takes lie.

REQUIRED INPUTS: config (a mapping, see config/README.md)
OUTPUTS: functions and constants only; no rule
"""

import os
import sys
from contextlib import contextmanager
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
from nodal.files.images import image_files, read_bytes
from nodal.workflow.digest import code_digest, listing_digest
from nodal.workflow.place import check_place
from nodal.workflow.results import left_out, made
from nodal.workflow.settings import TEXTS, also_set, architectures, checked, sorted_mapping

try:
    check_place(ROOT)
    # In place: what Snakemake itself knows as the configuration is complete, too.
    config.update(checked(config, workflow.configfiles))
    ARCHITECTURES = architectures(config)
except ValueError as error:
    raise WorkflowError(str(error)) from None

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
# The same of the run on texts, by which the claims on language are judged.
TEXT_TABLES = [
    f"results/{ROLES['text']}/table{number}_seeds.csv"
    for number in (made(RUNS[ROLES["text"]], "table") if "text" in ROLES else [])
    if number != "4_random"
]
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
    """Exactly these settings of a probe set, or all that say how it is trained; and what its taps are."""
    trained = setting(run, f"probes.{probe}").keys() - {"rule", "split", "thresholds"}
    settings = settings_of(run, *keys or trained, within=f"probes.{probe}")
    if settings["norm"] == "final":
        settings["final_norm"] = ARCHITECTURES[run].final_norm
    return {"probe": settings, "taps": taps_of(run, probe)}


def taps_of(run, probe):
    """What the taps of a probe set are, by name."""
    return {tap: asdict(ARCHITECTURES[run].tap(tap)) for tap in setting(run, f"probes.{probe}.taps")}


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


def data_of(run, seed="{seed}"):
    """The data file of a seed of a run: its own where the data are drawn anew, else the one of all seeds."""
    name = setting(run, "dataset")
    drawn = f"-seed{seed}" if config["datasets"][name].get("each_seed") else ""
    return f"results/data/{name}{drawn}.safetensors"


def given_weights(run):
    """The checkpoint of a run: a file, or the two of a folder that transformers wrote."""
    path = Path(setting(run, "pretrain.checkpoint"))
    return [path / "model.safetensors", path / "config.json"] if path.is_dir() else path


def of_seeds(run, *files):
    """Files of every seed of a run, seed by seed."""
    return expand("results/{run}/seed{seed}/{file}", run=run, seed=SEEDS, file=files)


def tap_files(folder, run, places, seeds="{seed}"):
    """The files of these places (`set/tap`, or a whole `set`), seed by seed; or for any seed, a wildcard."""
    path = "results/{run}/seed{seed}/{folder}/{place}.parquet"
    return expand(path, run=run, seed=seeds, folder=folder, place=places)


def places(run, *probes, variants=VARIANTS):
    """The places of all taps of these probe sets, set by set and variant by variant."""
    return [
        f"{probe}{variant}/{tap}"
        for probe in probes
        for variant in variants
        for tap in (
            rotated_taps(run, probe) if variant == "-rotated_probe" else setting(run, f"probes.{probe}.taps")
        )
    ]


def main_sets(run):
    """The probe sets of a run but that of every tap, which, if there are others, has a target of its own."""
    return [probe for probe in RUNS[run]["probes"] if probe != EVERY] or [EVERY]


def rotated_taps(run, probe):
    """The taps of the last block, which have a probe trained in a random basis, too; not behind a norm."""
    taps, norm = (setting(run, f"probes.{probe}.{key}") for key in ("taps", "norm"))
    if norm != "none" or taps == [READOUT]:
        return []
    return [tap for tap in taps if ARCHITECTURES[run].tap(tap).block == ARCHITECTURES[run].depth]


def summarised(run, stage):
    """The files of a stage's probe set that a table of clusters averages, with all controls."""
    probe = probe_of(run, stage)
    taps = places(run, probe, variants=("", *CONTROLS))
    files = {kind: tap_files(kind, run, taps, SEEDS) for kind in ("clusters", "statistics")}
    return files | {"rotated": tap_files("rotated", run, probe, SEEDS)}


def probe_of(run, stage):
    """The probe set that a stage uses."""
    return setting(run, f"{stage}.probe")


def pruned_places(run, *taps, variant=""):
    """These taps at the ends of the pruned layers, or all of them."""
    return [f"{probe_of(run, 'pruning')}{variant}/{tap}" for tap in taps or pruned(run)["thresholds"]]


def fc_place(run, variant=""):
    """The tap whose probe's FC layer is pruned."""
    return f"{probe_of(run, 'fc_pruning')}{variant}/{setting(run, 'fc_pruning.tap')}"


def attention_places(run, *variants):
    """The attention taps whose heads are looked at."""
    return places(run, probe_of(run, "specialisation"), variants=variants)


def grouped(run, probe):
    """The accuracies of random groups of nodes, where this is the probe set whose heads are looked at."""
    if RUNS[run].get("specialisation", {}).get("probe") != probe:
        return {}
    return {"groups": f"results/{run}/seed{{seed}}/accuracy/{probe}-groups.parquet"}


def last_attention(run):
    """The last four attention taps whose heads are looked at."""
    taps = ARCHITECTURES[run].taps
    return sorted(attention_places(run, ""), key=lambda place: taps[Path(place).name].block)[-4:]


def block_sets(run):
    """The probe sets of a run that have one tap a block, its output: those behind the unified table."""
    blocks = ARCHITECTURES[run].block_taps()
    return [probe for probe in main_sets(run) if setting(run, f"probes.{probe}.taps") == blocks]


def about_set(run, probe):
    """What the unified table says of a probe set."""
    network = setting(run, "model")
    return {
        "role": next((role for role in ROLES if ROLES[role] == run), ""),
        "run": run,
        "network": network.get("name", network["family"]),
        "name": probe,
        "pooling": setting(run, f"probes.{probe}.pooling"),
        "depth": ARCHITECTURES[run].depth,
    }


def of_sets(file):
    """A file of every seed of every set of `BLOCK_SETS`, set by set."""
    return [path for run, probe in BLOCK_SETS for path in of_seeds(run, file.format(probe=probe))]


def explored(run):
    """The SNP files that the report's explorer shows: those of the first seed."""
    return tap_files("snp", run, places(run, *main_sets(run), variants=("",)), SEEDS[:1])


def swept_sets(run):
    """The probe sets over whose thresholds the figures go, each once."""
    return list(dict.fromkeys(Path(place).parent.name for place in setting(run, "figures.sweep")))


def figure_of(run, number):
    """A figure of a run: over its seeds, or of its first seed."""
    folder = run if number in OVER_SEEDS else f"{run}/seed{SEEDS[0]}"
    return {ending: f"results/{folder}/figures/fig{number}.{ending}" for ending in ("pdf", "png")}


def opening(run):
    """The figures without a number, which open the report: as far as the run has their stages."""
    names = ["headline"] if "1" in made(RUNS[run], "table") else []
    names += ["privilege", *(["importance"] if "pruning" in RUNS[run] else [])]
    names += ["pruning"] if "3" in made(RUNS[run], "table") else []
    return [f"results/{run}/{name}.png" for name in names]


def results_of(run):
    """All tables and figures of a run."""
    figures = [figure_of(run, number) for number in made(RUNS[run], "fig")]
    return [
        *expand("results/{run}/table{number}.csv", run=run, number=made(RUNS[run], "table")),
        f"results/{run}/privilege.csv",
        *([f"results/{run}/intervals.csv"] if "2" in made(RUNS[run], "table") else []),
        *opening(run),
        *pruning_results(run),
        *(path for figure in figures for path in figure.values()),
    ]


def pruning_results(run):
    """The tables on pruning beside Table 3: what each part of the network matters, and the other block's."""
    if "pruning" not in RUNS[run]:
        return []
    names = ["importance", *(["table3_also"] if setting(run, "pruning.also") else [])]
    return expand("results/{run}/{name}.csv", run=run, name=names)


def shown_example(run):
    """The place of the first tap that figures show, trained and untrained."""
    probe, tap = setting(run, "figures.examples")[0].split("/")
    return f"{probe}/{tap}", f"{probe}-untrained/{tap}"


def measured_files(run):
    """What `measures` reads of the stages that a run has."""
    files = {}
    if "figures" in RUNS[run]:
        for kind in ("snp", "clusters", "statistics"):
            example, untrained = shown_example(run)
            files[kind] = tap_files(kind, run, example, SEEDS)
            files[f"{kind}_untrained"] = tap_files(kind, run, untrained, SEEDS)
        files["sweep"] = of_seeds(run, "sweep.parquet")
    if "specialisation" in RUNS[run]:
        files["heads"] = tap_files("clusters", run, last_attention(run)[-1], SEEDS)
        files["appearances"] = of_seeds(run, "heads/appearances.parquet")
    if "11" in made(RUNS[run], "fig") and run not in TEXT_RUNS:
        files["similarity"] = of_seeds(run, "attention/similarity.parquet")
    return files


def reported(path, category, caption=None, **labels):
    """An output that Snakemake's own report shows, with a text from `report/`."""
    caption = f"../report/{caption or Path(path).stem}.rst"
    return report(path, caption=caption, category=category, labels=labels)


def datasets_from(source, **settings):
    """A pattern of the data sets that come from one source, with these settings."""
    wanted = {"source": source} | settings
    return one_of([name for name, data in config["datasets"].items() if wanted.items() <= data.items()])


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


def text_listing(dataset):
    """The digest of all files of a data set of texts; for params, as of `listing`."""
    contents = []
    for key in ("train", "heldout", "test", "superclasses", "order", "tokens"):
        value = config["datasets"][dataset].get(key)  # that of languages has no files
        if isinstance(value, str) and value not in ("wordpiece", "characters"):
            with naming(f"datasets.{dataset}.{key}"):
                contents.append(read_bytes(Path(value)))
    return listing_digest({}, contents)


@contextmanager
def naming(key):
    """End with one line, that begins with the key at fault; any other exception Snakemake wraps in a traceback."""
    try:
        yield
    except ValueError as error:
        raise SystemExit(f"{key}: {error}") from None


# The probe sets behind the unified table, run by run.
BLOCK_SETS = [(run, probe) for run in RUNS for probe in block_sets(run)]
