"""localcloud beside other emulators of the same services."""
