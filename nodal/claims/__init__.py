"""From tables to verdicts: the claims of the paper, the numbers they need, the rules that judge them."""
