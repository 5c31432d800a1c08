"""Signing in at Google itself, as the page does: its limits then count this user's address."""
