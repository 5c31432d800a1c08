"""Signing keys, this machine's TLS certificate, and the service account's key file."""
