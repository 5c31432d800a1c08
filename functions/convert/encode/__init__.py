"""One source becomes its outputs."""
