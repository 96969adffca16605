"""Which files and settings a stage takes.

REQUIRED INPUTS: the checked configuration (rules/common.smk)
OUTPUTS: functions only; no rule
"""


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
        raise WorkflowError(
            f"runs.{run}: this result needs {stage}, which the run does not have"
        )
    return RUNS[run][stage][key]


def datasets_from(source):
    """A pattern of the data sets that come from one source; one that matches nothing where there is none."""
    return (
        "|".join(
            name
            for name, data in config["datasets"].items()
            if data["source"] == source
        )
        or "(?!)"
    )


def listing(dataset):
    """The digest of the image folder of a data set and of the tables on its labels.

    For params: what a function of inputs raises Snakemake passes over where later results are there.
    """
    settings = config["datasets"][dataset]
    tables = [settings[key] for key in ("superclasses", "order") if settings[key]]
    try:
        files = image_files(Path(settings["root"]), settings["test"])
        return listing_digest(files, map(Path, tables))
    except ValueError as error:
        raise WorkflowError(f"datasets.{dataset}: {error}") from None


def pruning_clusters(variant):
    """The cluster files of the pruned block's taps."""

    def files(wildcards):
        probe, block = (
            stage_settings(wildcards.run, "pruning", key) for key in ("probe", "block")
        )
        kinds = RUNS[wildcards.run]["pruning"]["thresholds"]
        folder = (
            f"results/{wildcards.run}/seed{wildcards.seed}/clusters/{probe}{variant}"
        )
        return [f"{folder}/{kind}{block}.parquet" for kind in kinds]

    return files


def fc_probe(wildcards):
    """The heads, one of whose FC layers is pruned."""
    probe = stage_settings(wildcards.run, "fc_pruning")
    return f"results/{wildcards.run}/seed{wildcards.seed}/probe/{probe}.safetensors"


def fc_clusters(variant):
    """The cluster file of the tap whose FC layer is pruned."""

    def file(wildcards):
        probe, tap = (
            stage_settings(wildcards.run, "fc_pruning", key) for key in ("probe", "tap")
        )
        return f"results/{wildcards.run}/seed{wildcards.seed}/clusters/{probe}{variant}/{tap}.parquet"

    return file


def attention_clusters(wildcards):
    """The clusters of every attention tap of the specialisation probe set."""
    probe = stage_settings(wildcards.run, "specialisation")
    folder = f"results/{wildcards.run}/seed{wildcards.seed}/clusters"
    taps = RUNS[wildcards.run]["probes"][probe]["taps"]
    return [
        f"{folder}/{probe}{variant}/{tap}.parquet"
        for variant in ("", "-heldout")
        for tap in taps
    ]


def figure_settings(run, *keys):
    """These settings of a run's figures."""
    return {key: stage_settings(run, "figures", key) for key in keys}


def examples_of(wildcards):
    """`set/tap` of the nodes that a run's figures show."""
    return stage_settings(wildcards.run, "figures", "examples")


def first_example(run):
    """`set/tap` of the layer that is counted in Figure 4."""
    return stage_settings(run, "figures", "examples")[0]


def shown(folder, first=False):
    """The files of the taps whose nodes are shown, of all or of the first one."""

    def files(wildcards):
        places = examples_of(wildcards)[: 1 if first else None]
        root = f"results/{wildcards.run}/seed{wildcards.seed}/{folder}"
        return [f"{root}/{place}.parquet" for place in places]

    return files


def swept_sets(run):
    """The probe sets over whose thresholds a run's figures go, each once."""
    places = stage_settings(run, "figures", "sweep")
    return list(dict.fromkeys(place.partition("/")[0] for place in places))


def swept(wildcards):
    """The matrices of all taps and variants of those sets."""
    return [
        path.format(seed=wildcards.seed)
        for probe in swept_sets(wildcards.run)
        for path in per_tap("snp", wildcards.run, probe)
    ]


def pruned_tap(wildcards, folder, kind):
    """A file of one tap of the pruned block."""
    probe, block = (
        stage_settings(wildcards.run, "pruning", key) for key in ("probe", "block")
    )
    return f"results/{wildcards.run}/seed{wildcards.seed}/{folder}/{probe}/{kind}{block}.parquet"


def of_seeds(run, *files):
    """Files of every seed of a run."""
    return expand("results/{run}/seed{seed}/{file}", run=run, seed=SEEDS, file=files)


def of_probe(folder, run, probe, variants=VARIANTS):
    """The files of a probe set of every seed."""
    return [
        path.format(seed=seed)
        for seed in SEEDS
        for path in per_tap(folder, run, probe, variants)
    ]


def probe_of_blocks(run):
    """The probe set behind Tables 1 and 2: the one whose FC layer is pruned."""
    return stage_settings(run, "fc_pruning")


def runs_with_checkpoint(given):
    """A pattern of the runs that take published weights, or of those that train."""
    return (
        "|".join(
            run for run in RUNS if ("checkpoint" in RUNS[run]["pretrain"]) == given
        )
        or "(?!)"
    )


def of_main_run(ending):
    """A figure of the main run: over its seeds, or of its first seed."""

    def file(wildcards):
        over_seeds = int(wildcards.number) in OVER_SEEDS
        folder = MAIN if over_seeds else f"{MAIN}/seed{SEEDS[0]}"
        return f"results/{folder}/figures/fig{wildcards.number}.{ending}"

    return file


def last_attention_taps(run):
    """`set/tap` of the last four attention taps whose heads are looked at."""
    probe = stage_settings(run, "specialisation")
    taps = sorted(RUNS[run]["probes"][probe]["taps"], key=tap_block)
    return [f"{probe}/{tap}" for tap in taps[-4:]]
