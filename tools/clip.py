"""Makes a short clip of music to convert, by the standard library alone: `python3 tools/clip.py song.wav`."""

from __future__ import annotations

import array
import math
import sys
import wave
from pathlib import Path

RATE_HZ = 44_100
NOTE_S = 0.4
# A G major arpeggio, up and down, in semitones above the G below middle C.
MELODY = (0, 4, 7, 12, 16, 19, 24, 19, 16, 12, 7, 4, 0)
BASE_HZ = 196.0


def write_clip(target: Path, seconds: float = NOTE_S * len(MELODY)) -> Path:
    """Write a stereo WAV of plucked notes, 16 bit, that lasts so long."""
    frames = array.array("h")
    for n in range(round(seconds * RATE_HZ)):
        note, position = divmod(n / RATE_HZ, NOTE_S)
        frequency = BASE_HZ * 2 ** (MELODY[int(note) % len(MELODY)] / 12)
        level = 12_000 * math.exp(-5 * position)
        tone = sum(math.sin(2 * math.pi * frequency * k * position) / k for k in (1, 2, 3))
        frames.extend((int(level * tone), int(level * tone * math.cos(position))))
    with wave.open(str(target), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(frames.tobytes())
    return target


if __name__ == "__main__":
    print(write_clip(Path(sys.argv[1] if len(sys.argv) > 1 else "song.wav")))
