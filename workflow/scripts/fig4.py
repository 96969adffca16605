"""Figure 4: appearances of each label in the clusters of a layer, and the field from inside them."""

from job import start

from nodal.cluster_file import read_clusters
from nodal.figures.label_share import Share, figure4
from nodal.figures.style import save
from nodal.label_share import appearances, chance_appearances, cluster_fields
from nodal.paper import TABLE2
from nodal.snp_file import read_snp
from nodal.tap_names import tap_block

start(snakemake)
settings = snakemake.params.settings
shares = []
for snp_path, cluster_path in zip(snakemake.input.snp, snakemake.input.clusters, strict=True):
    snp, about = read_snp(snp_path)
    numbers = read_clusters(cluster_path, settings["threshold"])
    shares.append(Share(appearances(numbers), cluster_fields(snp, numbers), chance_appearances(numbers)))

kind, block = tap_block(about["tap"])
printed = TABLE2[block][0] if settings["paper"] and kind == "block" else None
where = f"{len(snp.weight)} nodes of {about['tap']}, threshold {settings['threshold']:g}"
save(figure4(shares, about["labels"], where, printed), *snakemake.output)
