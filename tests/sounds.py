"""Audio made with the standard library, which is quicker than starting ffmpeg."""

from __future__ import annotations

import array
import math
import os
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 44_100


def write_wav(file: Path, samples: array.array[int], channels: int = 2, rate_hz: int = RATE_HZ) -> Path:
    """Write samples of 16 bits as a WAV."""
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(2)
        wav.setframerate(rate_hz)
        wav.writeframes(samples.tobytes())
    return file


def write_long(file: Path) -> Path:
    """Write two hours of noise in 58 MB: sent quickly, but to Opus it is a minute of work or more.

    For tests that stop a conversion: a stall cannot outlast it.
    """
    minute = os.urandom(60 * 8000)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(1)
        wav.setframerate(8000)
        for _ in range(120):
            wav.writeframes(minute)
    return file


def tone(seconds: float, level: float = 0.5) -> array.array[int]:
    """Return a stereo tone of 440 Hz."""
    step = 2 * math.pi * 440 / RATE_HZ
    frames = (int(32767 * level * math.sin(step * n)) for n in range(round(seconds * RATE_HZ)))
    return array.array("h", (sample for frame in frames for sample in (frame, frame)))
