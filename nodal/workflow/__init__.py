"""What the Snakemake workflow needs of its own: settings, digests of code, provenance, the terminal."""
