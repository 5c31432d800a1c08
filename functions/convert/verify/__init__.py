"""Checks each output before it is stored."""
