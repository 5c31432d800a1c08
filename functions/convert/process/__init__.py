"""Child processes: started under limits, written to, read from, throttled and killed."""
