"""The tables of docs/loudness.md: limiters side by side, and what encoders add to peaks."""
