"""Everything that runs a network in batches: training, probing, evaluation."""
