"""Networks that are smaller and faster, what that costs in accuracy, and what it buys.

REQUIRED INPUTS: the data; for what is dropped, the backbone and the clusters of the pruned block and of the heads
OUTPUTS: results/{run}/seed{seed}/shipping/{network}.safetensors and {grouped,dropped}.parquet;
results/{run}/shipping.csv, .pdf and .png, which no other target asks for
"""

from nodal.architectures.stored import to_json
from nodal.architectures.architecture import Layer
from nodal.architectures.halved import halved

# From scratch: groups of labels, the same with a dense FC layer, as many weights anywhere, and the dense
# network at its own and at half its width.
GROUPED = ["dense", "groups", "groups_dense_fc", "random", "half"]
# Without the nodes and heads that are worth least, in three orders; and nothing dropped.
DROPPED = ["nodes_snp", "nodes_importance", "nodes_random", "unpruned"]


def dropped(run):
    """The taps that lose nodes or heads, by place: within the pruned block, and all with heads; and at which thresholds."""
    layers = [Layer(**layer) for _, layer in pruned(run)["layers"]]
    inner = {layer.source for layer in layers} & {layer.target for layer in layers}
    found = {f"{probe_of(run, 'pruning')}/{tap}": pruned(run)["thresholds"][tap] for tap in sorted(inner)}
    if "specialisation" in RUNS[run]:
        at = setting(run, "specialisation.threshold")
        found |= dict.fromkeys(attention_places(run, ""), at)
    return found


use rule masks as train_groups with:
    input:
        data=lambda w: data_of(w.run),
    output:
        networks=expand("results/{{run}}/seed{{seed}}/shipping/{network}.safetensors", network=GROUPED),
        accuracy="results/{run}/seed{seed}/shipping/grouped.parquet",
    pathvars:
        job="train_groups",
    conda:
        "../envs/torch.yaml"
    resources:
        **growing(mem_mb=12000, runtime=720),
        gpu=1,
    params:
        **job("train_groups"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "shipping.groups", "shipping.train")
        | {"architecture": to_json(ARCHITECTURES[w.run]), "half": halved(setting(w.run, "model"))},


use rule train_groups as drop_structure with:
    input:
        data=lambda w: data_of(w.run),
        backbone="results/{run}/seed{seed}/backbone.safetensors",
        clusters=lambda w: tap_files("clusters", w.run, dropped(w.run), w.seed),
    output:
        networks=expand("results/{{run}}/seed{{seed}}/shipping/{network}.safetensors", network=DROPPED),
        accuracy="results/{run}/seed{seed}/shipping/dropped.parquet",
    pathvars:
        job="drop_structure",
    params:
        **job("drop_structure"),
        settings=lambda w: settings_of(w.run, "model", "normalise", "shipping.kept", "shipping.retrain")
        | {"architecture": to_json(ARCHITECTURES[w.run]), "thresholds": {Path(place).name: at for place, at in dropped(w.run).items()}},


use rule train_groups as shipping with:
    input:
        data=lambda w: data_of(w.run),
        networks=lambda w: [
            f"results/{w.run}/seed{SEEDS[0]}/shipping/{network}.safetensors" for network in GROUPED + DROPPED
        ],
        grouped=lambda w: of_seeds(w.run, "shipping/grouped.parquet"),
        dropped=lambda w: of_seeds(w.run, "shipping/dropped.parquet"),
    output:
        table="results/{run}/shipping.csv",
        pdf="results/{run}/shipping.pdf",
        png="results/{run}/shipping.png",
    log:
        "results/logs/{run}/<job>.log",
    benchmark:
        "results/benchmarks/{run}/<job>.tsv"
    pathvars:
        job="shipping",
    conda:
        "../envs/export.yaml"
    resources:
        **growing(mem_mb=4000, runtime=60),
    params:
        **job("shipping"),
        settings=lambda w: settings_of(w.run, "normalise") | {"seeds": SEEDS},
