"""Structured queries: validation, filters, execution, aggregations."""
