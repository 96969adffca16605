"""Single-nodal performance (SNP) of trained networks: what every node knows, and how much of it is real."""
