"""Functions of the studies: their files, and the settings that a run has for them.

REQUIRED INPUTS: none
OUTPUTS: functions only; no rule
"""


def study_outputs(study):
    """The tables of a study, the numbers of each seed behind them, and its figure."""
    tables = [name for table in STUDIES[study].tables for name in (table, f"{table}_seeds")]
    tables += STUDIES[study].joint
    figure = {ending: f"results/{{run}}/studies/{study}.{ending}" for ending in ("pdf", "png")}
    return {name: f"results/{{run}}/studies/{name}.csv" for name in tables} | figure


def pruned_blocks(run):
    """The numbers of the pruned blocks, by what `pruning` calls them."""
    return {which: block for which in ("block", "also") if (block := setting(run, f"pruning.{which}"))}


def skips_of(run):
    """Where skips join their branches in a network."""
    if not (found := skips(ARCHITECTURES[run])):
        raise WorkflowError(f"runs.{run}: the study skip needs taps before and behind a skip: there are none")
    return found


def skip_layers(run, block):
    """The prunable layers of a block that end in a skip, and the thresholds of the taps at their ends."""
    joined = {skip.joined for skip in skips_of(run)}
    own = pruned(run, block)
    return own | {"layers": [each for each in own["layers"] if each[1]["target"] in joined]}


def skip_probes(run):
    """The probes at the ends of those layers and without the skip: trained as those of Table 3."""
    blocks = pruned_blocks(run).values()
    taps = [layer["source"] for block in blocks for _, layer in skip_layers(run, block)["layers"]]
    taps += [tap for skip in skips_of(run) if skip.block in blocks for tap in (skip.joined, skip.alone)]
    probe = probe_settings(run, probe_of(run, "pruning"))["probe"] | {"taps": list(dict.fromkeys(taps))}
    return {"probe": probe, "taps": {tap: asdict(ARCHITECTURES[run].tap(tap)) for tap in probe["taps"]}}


def skip_settings(run):
    """What is measured with these probes, and all skips of the network with their taps."""
    probes, found = skip_probes(run), skips_of(run)
    taps = [tap for skip in found for tap in (skip.joined, skip.alone, *skip.before)]
    read = settings_of(run, "rule", "split", within=f"probes.{probe_of(run, 'pruning')}")
    return {
        "probe": probes["probe"] | read,
        "taps": probes["taps"] | {tap: asdict(ARCHITECTURES[run].tap(tap)) for tap in taps},
        "skips": [asdict(skip) for skip in found],
        "thresholds": setting(run, "pruning.thresholds"),
    }


def network_taps(run):
    """The taps at the ends of all prunable layers."""
    layers = ARCHITECTURES[run].layers.values()
    return list(dict.fromkeys(tap for layer in layers for tap in (layer.source, layer.target)))


def network_thresholds(run):
    """The threshold of each of them: that of taps of its kind in the pruned block."""
    taps, kinds = ARCHITECTURES[run].taps, setting(run, "pruning.thresholds")
    if missing := sorted({taps[name].kind for name in network_taps(run)} - kinds.keys()):
        raise WorkflowError(
            f"runs.{run}: the study whole_network needs a threshold for {missing[0]} in pruning.thresholds"
        )
    return {name: kinds[taps[name].kind] for name in network_taps(run)}


def network_settings(run):
    """All prunable layers, and how networks are trained again."""
    layers = [(weight, asdict(layer)) for weight, layer in ARCHITECTURES[run].layers.items()]
    return settings_of(run, "model", "normalise", "pruning.retrain") | {
        "depth": ARCHITECTURES[run].depth,
        "layers": layers,
    }


def pruned_counts(depth):
    """How many blocks are pruned, from the last one on: one, two, half of them, all."""
    return sorted({min(count, depth) for count in (1, 2, (depth + 1) // 2, depth)})


def pruned_kinds(run):
    """The choices of layers of which there are any."""
    kinds = {layer.kind for layer in ARCHITECTURES[run].layers.values()}
    return [*(["linear1"] if "linear1" in kinds else []), "all", "budget"]
