"""Draw a glyph data set, of one seed where each has its own."""

from job import start

from nodal.data.dataset import SPLITS
from nodal.data.glyphs import draw_dataset

snakemake = start()
settings = snakemake.params.settings
counts = {split: settings[split] for split in SPLITS}
# The run's seed, too: none where all have the same images.
seed = settings["seed"], *(int(each) for name, each in snakemake.wildcards.items() if name == "seed")
draw_dataset(settings["family"], settings["size"], counts, seed).save(snakemake.output[0])
