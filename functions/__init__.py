"""The three functions that are deployed; none imports another."""
