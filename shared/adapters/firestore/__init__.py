"""Firestore, by Google's client and by its JSON API."""
