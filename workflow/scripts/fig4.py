"""Figure 4: appearances of each label in the clusters of a layer, and the field from inside them."""

from job import start

from nodal.architectures.architecture import BLOCK
from nodal.figures.label_shares import Share, label_shares
from nodal.figures.style import save
from nodal.files.clusters import read_clusters
from nodal.files.snp import read_snp
from nodal.paper import TABLE2
from nodal.snp.label_shares import chance_appearances, cluster_fields, label_appearances

snakemake = start()
settings = snakemake.params.settings
shares = []
for snp_path, cluster_path in zip(snakemake.input.snp, snakemake.input.clusters, strict=True):
    snp, about = read_snp(snp_path)
    numbers = read_clusters(cluster_path, settings["threshold"])
    shares.append(
        Share(label_appearances(numbers), cluster_fields(snp, numbers), chance_appearances(numbers))
    )

printed = TABLE2[about["block"]][0] if settings["paper"] and about["kind"] == BLOCK else None
where = f"{len(snp.weight)} nodes of {about['tap']}, threshold {settings['threshold']:g}"
save(label_shares(shares, about["labels"], where, printed), *snakemake.output)
