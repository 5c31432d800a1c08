"""The CloudEvent function that converts an upload to the outputs of its task; start at `pipeline.py`."""
