"""Firestore v1 over gRPC: documents kept in SQLite, transactions and queries answered from memory."""
