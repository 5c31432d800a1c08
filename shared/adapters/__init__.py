"""One adapter per Google SDK; each failure of an SDK becomes one of our errors."""
