"""Read a data set from image folders."""

from pathlib import Path

from job import start

from nodal.data.folder import read_folder

snakemake = start()
settings = snakemake.params.settings
superclasses = Path(settings["superclasses"]) if settings["superclasses"] else None
read_folder(
    Path(settings["root"]),
    settings["size"],
    settings["heldout"],
    settings["seed"],
    superclasses,
    snakemake.threads,
    settings["test"],
).save(snakemake.output[0])
