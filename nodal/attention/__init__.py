"""Which labels belong to which attention head, and what chance alone would give."""
