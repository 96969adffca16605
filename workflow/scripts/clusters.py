"""Find the clusters of every SNP (single-nodal performance) matrix of a probe set at every threshold."""

from job import start

from nodal.files.clusters import write_clusters, write_statistics
from nodal.files.snp import read_snp
from nodal.snp.clusters import above, clusters, statistics

snakemake = start()
thresholds, rule = snakemake.params.settings["thresholds"], snakemake.params.settings["rule"]
for source, cluster_path, statistics_path in zip(
    snakemake.input.snp, snakemake.output.clusters, snakemake.output.statistics, strict=True
):
    snp, header = read_snp(source)
    numbers = clusters(snp, thresholds, rule)
    write_clusters(cluster_path, numbers, thresholds, header | {"rule": rule})
    write_statistics(
        statistics_path, statistics(numbers, above(snp, thresholds)), thresholds, header | {"rule": rule}
    )
