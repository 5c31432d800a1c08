"""Service accounts: their tokens, certificates, IAM signatures, and the metadata server."""
