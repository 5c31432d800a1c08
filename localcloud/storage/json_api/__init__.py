"""The JSON API: metadata, uploads, copies, batch requests."""
