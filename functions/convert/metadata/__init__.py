"""Tags, covers and chapters."""
