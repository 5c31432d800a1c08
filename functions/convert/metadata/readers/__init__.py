"""Readers: the tags of a file, of whatever family, become the model's."""
