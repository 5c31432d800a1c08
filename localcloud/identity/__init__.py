"""Identity in small: Identity Toolkit's accounts, secure tokens, Google's certificates and the IAM signer."""
