"""Eventarc: what happens in Cloud Storage becomes CloudEvents, delivered at least once."""
