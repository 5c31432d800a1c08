"""Identity Toolkit and Firebase ID tokens."""
