"""Functions of the networks that studies train: what differs from the run's own, their files, what is measured.

REQUIRED INPUTS: none
OUTPUTS: functions and constants only; no rule
"""

VARIANT = "results/{run}/seed{seed}/studies/{study}/{variant}"
# By study, a function of a run that says of each of its networks what differs from the run's own: settings of
# `model` and `pretrain`, `heads` in each block, and `labels`: `10x3_1` is the second ten of them, each training
# input three times.
NETWORKS = {}
# The studies that measure the last block alone.
LAST_BLOCK = set()


def differs(run, study, variant):
    """What differs in a network of a study."""
    return NETWORKS[study](run)[variant]


def other_widths(run, widths):
    """The run's network so many times as wide, by name; none where its settings say not how wide it is."""
    try:
        return {name: {"model": of_width(setting(run, "model"), times)} for name, times in widths.items()}
    except ValueError:
        return {}


def variant_settings(run, study, variant):
    """The settings of a network of a study: the run's own, but for what differs."""
    if "checkpoint" in setting(run, "pretrain"):
        raise WorkflowError(f"runs.{run}.pretrain: the study {study} trains networks, and needs a recipe")
    own, change = settings_of(run, "model", "normalise", "pretrain"), differs(run, study, variant)
    for stage in ("model", "pretrain"):
        own[stage] = sorted_mapping(own[stage] | change.get(stage, {}))
    if "heads" in change:
        try:
            own["model"] = sorted_mapping(with_heads(own["model"], change["heads"]))
        except ValueError as error:
            raise WorkflowError(f"runs.{run}.model.{error}") from None
    if own["pretrain"]["optimizer"] == "muon":  # the matrices that Muon takes
        own["matrices"] = list(ARCHITECTURES[run].layers)
    return own


def variant_data(run, study, variant, seed):
    """The data of a network of a study."""
    labels = differs(run, study, variant).get("labels")
    return f"results/{run}/seed{seed}/studies/labels{labels}.safetensors" if labels else data_of(run, seed)


def variant_files(run, study, variant, seed):
    """The weights and the answers of a network of a study: the run's own where nothing differs."""
    own = f"results/{run}/seed{seed}"
    if variant_settings(run, study, variant) == settings_of(run, "model", "normalise", "pretrain"):
        if not differs(run, study, variant).get("labels"):
            return f"{own}/backbone.safetensors", f"{own}/accuracy/backbone.parquet"
    folder = f"{own}/studies/{study}/{variant}"
    return f"{folder}/backbone.safetensors", f"{folder}/accuracy.parquet"


def variant_taps(run, study, variant, probe):
    """The taps of a probe set at which a network of a study is measured, by name."""
    heads, found = differs(run, study, variant).get("heads"), taps_of(run, probe)
    if study in LAST_BLOCK:
        found = dict([last_tap(run, probe)])
    for tap in found.values():
        if heads and tap["heads"] > 1:
            tap["heads"] = heads if isinstance(heads, int) else heads[tap["block"] - 1]
    return found


def last_tap(run, probe):
    """The last tap of a probe set, with its name."""
    return max(taps_of(run, probe).items(), key=lambda each: each[1]["block"])


def measured_probe(run, probe):
    """How a probe set is trained and measured."""
    found = probe_settings(run, probe)
    return found | {"probe": found["probe"] | settings_of(run, "split", within=f"probes.{probe}")}


def counting(run, stage):
    """How clusters are made of what the probe set of a stage says, and which labels a head owns."""
    found = {"rule": setting(run, f"probes.{probe_of(run, stage)}.rule")}
    if stage == "specialisation":
        return found | settings_of(run, "threshold", "ratio", "draws", within=stage)
    return found | {"threshold": setting(run, f"{stage}.thresholds")[0]}


def measured_variants(run, study, probe):
    """What was measured of the networks of a study by a probe set: files seed by seed, network by network."""
    each = [(seed, variant) for seed in SEEDS for variant in NETWORKS[study](run)]
    folder = f"results/{run}/seed{{}}/studies/{study}/{{}}/{probe}"
    return {
        "snp": [f"{folder.format(*one)}/snp.safetensors" for one in each],
        "probes": [f"{folder.format(*one)}/accuracy.parquet" for one in each],
        "networks": [variant_files(run, study, variant, seed)[1] for seed, variant in each],
    }
