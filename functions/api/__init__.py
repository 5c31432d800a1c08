"""The HTTP function that clients call."""
