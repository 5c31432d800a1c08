"""The tags of a file in any container: fields by name, pictures and chapters."""
