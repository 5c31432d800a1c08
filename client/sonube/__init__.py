"""Convert audio with a Sonube service: `Sonube(url, token).convert("a.wav", "mp3")`."""

from __future__ import annotations

from sonube.client import Sonube
from sonube.errors import (
    ConversionFailed,
    InvalidRequest,
    NotFound,
    QuotaExceeded,
    SonubeError,
    SourceChanged,
    StillRunning,
    Unauthenticated,
    Unreachable,
)
from sonube.quotes import Quote
from sonube.task import Note, Output, Task
from sonube.version import VERSION

__version__ = VERSION

__all__ = [
    "ConversionFailed",
    "InvalidRequest",
    "NotFound",
    "Note",
    "Output",
    "QuotaExceeded",
    "Quote",
    "Sonube",
    "SonubeError",
    "SourceChanged",
    "StillRunning",
    "Task",
    "Unauthenticated",
    "Unreachable",
]
