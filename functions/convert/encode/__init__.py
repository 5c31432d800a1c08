"""Encodes all outputs of one source in a single pass."""
