"""The measurement: single-nodal performance (SNP) matrices, their clusters, signal and noise."""
