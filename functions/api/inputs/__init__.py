"""Requests, parsed into typed values by one table of fields."""
