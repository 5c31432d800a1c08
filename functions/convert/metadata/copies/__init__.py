"""Tags of a copy: the source's own tag is carried over as it is, with what the model does not know."""
