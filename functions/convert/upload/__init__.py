"""Stores outputs, large ones while they are written."""
