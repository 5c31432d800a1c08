"""Cloud Run in small: services made of child processes, started on demand, stopped when idle."""
