"""HTTP handlers: a request becomes a use case's call, its result a response."""
