"""Read a data set of texts, and keep its tokenizer."""

from pathlib import Path

from job import start

from nodal.data.texts import read_texts
from nodal.files.atomic import replacing

snakemake = start()
settings = snakemake.params.settings
parts = {split: settings[split] for split in ("train", "heldout", "test")}
superclasses, order = (settings[key] and Path(settings[key]) for key in ("superclasses", "order"))
data, tokenizer = read_texts(
    {split: Path(part) for split, part in parts.items() if isinstance(part, str)},
    {split: part for split, part in parts.items() if not isinstance(part, str)},
    (settings["text"], settings["label"]),
    settings["tokens"],
    settings["vocabulary"],
    settings["length"],
    settings["seed"],
    superclasses,
    order,
)
data.save(snakemake.output.data)
with replacing(snakemake.output.tokenizer) as temporary:
    temporary.write_text(tokenizer.to_str(pretty=True), encoding="utf-8")
