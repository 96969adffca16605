"""Descriptions of networks without torch: taps, prunable layers, blocks."""
