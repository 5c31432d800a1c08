"""Transfers to and from the bucket, and what they send."""
