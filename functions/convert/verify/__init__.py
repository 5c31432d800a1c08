"""Verifies each output before it is stored: format, duration, loudness, and that it is audible."""
