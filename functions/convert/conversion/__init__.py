"""One conversion: planned, encoded and verified, and again where the source or the loudness asks for it."""
