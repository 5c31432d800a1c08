"""The HTTP function behind Cloud Tasks that gives a task its final state."""
