"""Read names in 52 languages, and keep their tokenizer."""

from job import start

from nodal.data.dataset import SPLITS
from nodal.data.languages import read_languages
from nodal.files.atomic import replacing

snakemake = start()
settings = snakemake.params.settings
data, tokenizer = read_languages({split: settings[split] for split in SPLITS}, settings["seed"])
data.save(snakemake.output.data)
with replacing(snakemake.output.tokenizer) as temporary:
    temporary.write_text(tokenizer.to_str(pretty=True), encoding="utf-8")
