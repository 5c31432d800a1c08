"""A local Google Cloud for this pipeline: one process on loopback for the unchanged Google clients."""
