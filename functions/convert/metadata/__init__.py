"""Tags, covers and chapters: what each output carries over, and in which form."""
