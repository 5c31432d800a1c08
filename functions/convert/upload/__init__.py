"""Uploads large outputs while they are written, so that they need not fit into the workspace."""
