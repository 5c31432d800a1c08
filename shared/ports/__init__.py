"""Protocols for everything outside of the use cases; `shared/adapters` implements them."""
