"""API keys: what is stored of one, and where."""
