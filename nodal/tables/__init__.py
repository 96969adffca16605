"""From the numbers of each seed to the tables of the paper, its values beside."""
