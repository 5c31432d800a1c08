"""Parsers of container formats: where audio begins and ends, what is missing, and what a pipe can carry."""
