"""The use cases: what a signed-in user can do. They know nothing of HTTP."""
