"""FLAC: its metadata blocks and its frames."""
