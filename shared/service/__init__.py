"""Use cases that several functions share: updates, conversion limits, dropped files."""
