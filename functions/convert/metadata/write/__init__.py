"""Writes tags: a writer for each family of containers, and the space in an output that they fill."""
