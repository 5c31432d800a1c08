"""The HTTP function behind Cloud Tasks: settles tasks, delivers webhooks, sweeps up what was lost."""
