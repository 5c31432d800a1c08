"""HTTP handlers: they turn requests into calls of use cases, and results into responses."""
