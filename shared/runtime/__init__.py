"""Settings, structured logs, retries and start-up of the functions."""
