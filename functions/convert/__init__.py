"""The CloudEvent function that turns an uploaded object into the outputs asked for."""
