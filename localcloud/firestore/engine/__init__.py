"""The storage engine: documents in memory and in SQLite, and the writes that change them."""
