"""Read CIFAR-10, CIFAR-100 or Flowers-102, downloading what is not there."""

from pathlib import Path

from job import start

from nodal.data.torchvision_sets import read_torchvision

snakemake = start()
chosen = {key: snakemake.params.settings[key] for key in ("name", "size", "heldout", "seed")}
root = Path(snakemake.params.settings["root"])
read_torchvision(root=root, threads=snakemake.threads, **chosen).save(snakemake.output[0])
