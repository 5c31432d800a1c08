"""Faults on request: seeded, repeatable, counted."""
