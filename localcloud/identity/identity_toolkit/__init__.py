"""Identity Toolkit: accounts, sign-in, ID tokens, for clients and for firebase-admin."""
