"""The XML API: objects by path, and V4 signatures."""
