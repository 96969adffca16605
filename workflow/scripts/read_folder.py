"""Read a data set from image folders."""

from pathlib import Path

from job import drop_state, start, state_folder

from nodal.data.folder import read_folder

snakemake = start()
settings = snakemake.params.settings
superclasses, order = (settings[key] and Path(settings[key]) for key in ("superclasses", "order"))
state = state_folder(snakemake)
read_folder(
    Path(settings["root"]),
    settings["size"],
    settings["heldout"],
    settings["seed"],
    superclasses,
    snakemake.threads,
    settings["test"],
    order,
    state,
).save(snakemake.output[0])
drop_state(state)
