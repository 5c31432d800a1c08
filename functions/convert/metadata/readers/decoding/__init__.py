"""Decodes text whose encoding a file does not state."""
