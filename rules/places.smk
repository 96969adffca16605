"""Where the files lie: of seeds, of probe sets and their variants, and all results of a run.

REQUIRED INPUTS: none
OUTPUTS: functions and constants only; no rule
"""


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


def judged_masks(run):
    """The correct answers under every mask: of the pruned block, where there is one, and of the FC layer."""
    block = (
        {"block": of_seeds(run, f"{pruned_folder(run)}/accuracy.parquet")} if "pruning" in RUNS[run] else {}
    )
    return block | {
        "fc": of_seeds(run, "fc_pruning.parquet"),
        "backbone": of_seeds(run, "accuracy/backbone.parquet"),
    }


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


def sharded(sums):
    """The sums of the shards, where there are several."""
    return {"shards": sums} if len(sums) > 1 else {}


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
    names += ["pruning"] if {"pruning", "fc_pruning"} <= RUNS[run].keys() else []
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


def trained_network(network):
    """The file of a network at full size."""
    if network == "dense":
        return "results/{run}/seed{seed}/backbone.safetensors"
    return f"results/{{run}}/seed{{seed}}/shipping/trained/{network.removesuffix('_csr')}.safetensors"


def shipped_networks(networks, ending="safetensors"):
    """The files of the first seed."""
    folder = f"results/{{run}}/seed{SEEDS[0]}/shipping" if ending == "safetensors" else "results/{run}/onnx"
    return [f"{folder}/{network}.{ending}" for network in networks]


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


# The probe sets behind the unified table, run by run.
BLOCK_SETS = [(run, probe) for run in RUNS for probe in block_sets(run)]
