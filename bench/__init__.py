"""Benchmarks: a module for each part that `make bench` measures."""
