"""Composite indexes: `firestore.indexes.json`, and which of them a query requires."""
