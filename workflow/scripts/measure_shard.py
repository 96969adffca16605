"""Pass a shard of every split through both networks of a seed; the SNP job adds what all shards find."""

from job import header, start

from nodal.files.tensors import write_tensors
from nodal.training.device import best_device
from nodal.training.shards import ProbedNetworks

snakemake = start()
settings = snakemake.params.settings
number, _, shards = snakemake.wildcards.scatteritem.split("-")
probed = ProbedNetworks.load(dict(snakemake.input.items()), settings, best_device())
groups = int(snakemake.wildcards.seed) if settings["groups"] else None
sums = probed.sums(groups=groups, shard=(int(number), int(shards)))
write_tensors(snakemake.output[0], sums, header(snakemake))
