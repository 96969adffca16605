"""Pictures of what was measured, one kind a file: from arrays to a matplotlib figure; no reading, no counting."""
