"""Single-nodal performance (SNP) of trained networks: its matrices, clusters, noise, pruning and heads."""
