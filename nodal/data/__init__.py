"""Data sets, a file a source, one form in memory."""
