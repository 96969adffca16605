"""Table 3: the layers of the pruned block."""

from itertools import chain

from job import start

from nodal.architectures.architecture import Layer
from nodal.files.accuracy import read_accuracy
from nodal.files.clusters import read_clusters, where
from nodal.pruning.andc import Sets, andc_masks
from nodal.tables.pruning import layers_of_block
from nodal.tables.seeds import write_csv
from nodal.tables.summaries import rotated_summaries, tap_summaries

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
pruned = {weight: Layer(**layer) for weight, layer in settings["layers"]}
thresholds = settings["thresholds"]
accuracy = dict(zip(settings["seeds"], map(read_accuracy, files.accuracy), strict=True))

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
table, seeds = layers_of_block(pruned, thresholds, summaries, accuracy, masks, settings["paper"])
write_csv(snakemake.output.table, table)
write_csv(snakemake.output.seeds, seeds)
