"""Draw a glyph data set."""

from job import start

from nodal.data.dataset import SPLITS
from nodal.data.glyphs import draw_dataset

snakemake = start()
settings = snakemake.params.settings
counts = {split: settings[split] for split in SPLITS}
draw_dataset(settings["family"], settings["size"], counts, settings["seed"]).save(snakemake.output[0])
