"""Transactions with locks, commits, and the deletes of time to live."""
