"""Find the clusters of every SNP (single-nodal performance) matrix of a probe set at every threshold."""

from job import start

from nodal.cluster_file import write_clusters, write_statistics
from nodal.clusters import above, clusters, statistics
from nodal.snp_file import read_snp

start(snakemake)
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
