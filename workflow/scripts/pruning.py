"""The pruning figure: accuracy against density, of the FC layer and of the pruned blocks."""

from job import start

from nodal.figures.pruning_curves import accuracy_against_density
from nodal.figures.style import save
from nodal.files.accuracy import read_accuracy
from nodal.tables.pruning import curve

snakemake = start()
settings, files = snakemake.params.settings, snakemake.input
fc, block, also = (
    dict(zip(settings["seeds"], map(read_accuracy, files[key]), strict=False))
    for key in ("fc", "block", "also")
)
curves = {
    "FC layer, right after masking": curve(fc, "masked"),
    "FC layer, retrained": curve(fc, "retrained"),
    f"block {settings['pruning.block']}, right after masking": curve(block, "masked"),
}
if also:
    curves[f"block {settings['pruning.also']}, right after masking"] = curve(also, "masked")
save(accuracy_against_density(curves), *snakemake.output)
