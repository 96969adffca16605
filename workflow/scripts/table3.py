"""Table 3: the layers of the pruned block, and what pruning costs beside every other way to prune."""

from itertools import chain

from job import start

from nodal.architectures.architecture import Layer
from nodal.files.accuracy import read_accuracy
from nodal.files.tensors import read_arrays
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
masks = dict(zip(settings["seeds"], map(read_arrays, files.masks), strict=True))

summaries = chain(
    tap_summaries(files.clusters, files.statistics, thresholds), rotated_summaries(files.rotated, thresholds)
)
layers, layers_seeds = layers_of_block(pruned, thresholds, summaries, accuracy, masks, printed)
write_csv(snakemake.output.layers, layers)
write_csv(snakemake.output.layers_seeds, layers_seeds)
compared, compared_seeds = masks_compared(retrained, fc, backbone, printed)
write_csv(snakemake.output.pruning, compared)
write_csv(snakemake.output.pruning_seeds, compared_seeds)
