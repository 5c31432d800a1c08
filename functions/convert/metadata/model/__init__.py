"""The tags of a file, whatever its container: fields by name, pictures and chapters."""
