"""Decides what each output will be, by its format, its options, the probe and, where needed, an analysis."""
