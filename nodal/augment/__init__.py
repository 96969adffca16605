"""Images made ready for a network: normalised, and augmented in batches."""
