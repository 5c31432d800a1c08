"""What the functions share: the task, formats, errors, ports, adapters, configuration and logs."""
