"""Pictures of what was measured: from arrays to a matplotlib figure; no reading, no counting."""
