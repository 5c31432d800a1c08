"""Convert audio with a Sonube service: `Sonube(url, token).convert("a.wav", "mp3")`."""

from __future__ import annotations

from sonube.client import Sonube
from sonube.errors import SonubeError
from sonube.task import Note, Output, Task

__all__ = ["Note", "Output", "Sonube", "SonubeError", "Task"]
