"""Read a data set from image folders."""

from pathlib import Path

from job import start

from nodal.data.folder import read_folder

snakemake = start()
settings = snakemake.params.settings
superclasses, order = (settings[key] and Path(settings[key]) for key in ("superclasses", "order"))
read_folder(
    Path(settings["root"]),
    settings["size"],
    settings["heldout"],
    settings["seed"],
    superclasses,
    snakemake.threads,
    settings["test"],
    order,
).save(snakemake.output[0])
