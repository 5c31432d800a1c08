"""What Sonube is about, on the standard library alone: the task and its states, formats, options, errors."""
