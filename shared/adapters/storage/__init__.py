"""Cloud Storage: objects, task folders, drops, signed URLs."""
