"""Identity in small: Identity Toolkit's accounts, tokens, Google's certificates, IAM's signer, metadata."""
