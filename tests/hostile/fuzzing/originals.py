"""Valid files of every container, to be damaged."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.waiting import HANG_S
from tools.clip import write_clip
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

# All but AMR and APE, for which there is no free encoder.
ENDINGS = (
    "wav", "mp3", "flac", "ogg", "opus", "m4a", "mov", "aac", "aiff", "w64", "webm", "mka", "wma",
    "avi", "ts", "mpg", "flv", "caf", "au", "ac3", "eac3", "dts", "thd", "mlp", "wv", "tta",
)  # fmt: skip
CLIP_S = 0.4


def write_originals(folder: Path) -> list[bytes]:
    """Return a short file of each container, made by one ffmpeg."""
    clip = write_clip(folder / "clip.wav", CLIP_S)
    files = [folder / f"original.{ending}" for ending in ENDINGS]
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", str(clip)]
    for file in files:
        argv += ["-strict", "-2", "-metadata", "title=Song", "-metadata", "artist=Ana", str(file)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return [file.read_bytes() for file in files]
