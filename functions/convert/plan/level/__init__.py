"""The level of an output: its gain, the limiter, and the room that an encoder needs."""
