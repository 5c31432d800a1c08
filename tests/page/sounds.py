"""Sounds that are made for one test."""

from __future__ import annotations

import base64
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def silence(target: Path, size_bytes: int, rate_hz: int = 44_100) -> Path:
    """A WAV of silence that takes no room on disk; at a high rate it is short, and soon converted."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.setnframes((size_bytes - 44) // 4)
        file.writeframesraw(b"")
        file._datawritten = (size_bytes - 44) // 4 * 4  # type: ignore[attr-defined]  # as if they were written
    with target.open("r+b") as sparse:
        sparse.truncate(44 + (size_bytes - 44) // 4 * 4)
    return target


def in_base64(path: Path) -> str:
    """The content of a file, as `Visitor.drop` takes it."""
    return base64.b64encode(path.read_bytes()).decode()
