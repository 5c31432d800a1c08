"""Lets a program end at any moment without leaving a process or a temporary file behind."""
