"""Containers made of chunks: RIFF, AIFF, CAF, Wave64, MP4, ASF, Matroska."""
