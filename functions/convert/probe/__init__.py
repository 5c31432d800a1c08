"""Finds out with ffprobe what a file is: container, codec, duration, tags, cover and chapters."""
