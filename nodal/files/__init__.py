"""Every file that a stage leaves on disk: how it is written, read, and found damaged."""
