"""Sounds by the standard library alone: to start ffmpeg for them would cost more."""

from __future__ import annotations

import array
import math
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 44_100


def write_wav(file: Path, samples: array.array[int], channels: int = 2, rate_hz: int = RATE_HZ) -> Path:
    """Samples of 16 bits as a WAV."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(samples.tobytes())
    return file


def tone(seconds: float, level: float = 0.5) -> array.array[int]:
    """A stereo tone of 440 Hz."""
    step = 2 * math.pi * 440 / RATE_HZ
    frames = (int(32767 * level * math.sin(step * n)) for n in range(round(seconds * RATE_HZ)))
    return array.array("h", (sample for frame in frames for sample in (frame, frame)))
