"""Writes what was measured: docs/performance.md, its charts, and the claims in README."""
