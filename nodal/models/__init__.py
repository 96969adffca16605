"""Networks, a file a family; their weights; their taps read by hooks."""
