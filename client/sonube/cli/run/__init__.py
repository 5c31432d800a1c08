"""One run over many files: what it converts, how each file goes, and what is reported."""
