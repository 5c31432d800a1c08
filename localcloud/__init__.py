"""A local Google Cloud for this pipeline: one process on loopback that the unchanged Google clients talk to."""
