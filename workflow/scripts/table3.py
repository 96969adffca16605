"""Table 3: the layers of the pruned block, and what pruning costs beside every other way to prune."""

from itertools import chain

from job import start

from nodal.architectures.architecture import Layer
from nodal.files.accuracy import read_accuracy
from nodal.files.clusters import read_clusters, where
from nodal.pruning.andc import Sets, andc_masks
from nodal.tables.pruning import layers_of_block, masks_compared
from nodal.tables.seeds import write_csv
from nodal.tables.summaries import rotated_summaries, tap_summaries

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
pruned = {weight: Layer(**layer) for weight, layer in settings["layers"]}
thresholds, printed = settings["thresholds"], settings["paper"]
accuracy, retrained, fc, backbone = (
    dict(zip(settings["seeds"], map(read_accuracy, files[name]), strict=True))
    for name in ("accuracy", "retrained", "fc", "backbone")
)

# The dilution is of the table's own split; the masks that are judged are of training images.
sets: dict[int, dict[str, Sets]] = {seed: {} for seed in settings["seeds"]}
for path in files.clusters:
    header = where(path)
    if header["tap"] in thresholds and "-" not in header["set"]:
        sets[header["seed"]][header["tap"]] = read_clusters(path, thresholds[header["tap"]]) >= 0
masks = {seed: andc_masks(pruned, of_taps) for seed, of_taps in sets.items()}

summaries = chain(
    tap_summaries(files.clusters, files.statistics, thresholds), rotated_summaries(files.rotated, thresholds)
)
layers, layers_seeds = layers_of_block(pruned, thresholds, summaries, accuracy, masks, printed)
write_csv(snakemake.output.layers, layers)
write_csv(snakemake.output.layers_seeds, layers_seeds)
compared, compared_seeds = masks_compared({"block": retrained, "fc": fc}, backbone, printed)
write_csv(snakemake.output.pruning, compared)
write_csv(snakemake.output.pruning_seeds, compared_seeds)
