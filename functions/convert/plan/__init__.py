"""Decides each output: pure functions of format, options and probe."""
