"""What is stored: buckets, live objects, their bytes, listings, and the preconditions on changes."""
