"""Which weights to keep, networks that keep to it, and what that costs."""
