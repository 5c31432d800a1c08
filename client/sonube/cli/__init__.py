"""The `sonube` command line."""
