"""One page with everything on it."""
