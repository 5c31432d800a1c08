"""Use cases that several functions share: guarded updates, conversion limits, bucket drops."""
