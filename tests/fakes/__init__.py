"""Fakes of our ports, for tests of the use cases; each module has the name of its port."""
