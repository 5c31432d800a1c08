"""Where this machine's ffmpeg is, for everything that runs on a laptop or in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Names the folder of the ffmpeg and ffprobe to test convert with: `make test-ffmpegs` sets it.
CHOSEN = "SONUBE_TEST_FFMPEG"


def chosen_dir() -> str:
    """Return the folder of the ffmpeg chosen for this test run; empty if none is."""
    return os.environ.get(CHOSEN, "")


def ffmpeg_dir() -> str:
    """The folder to give convert as FFMPEG_DIR; empty where it finds one by itself (layer, PATH)."""
    if chosen := chosen_dir():
        return chosen
    static = ROOT / ".venv" / "ffmpeg"
    by_itself = (ROOT / "ffmpeg-layer" / "bin" / "manifest.json").exists() or shutil.which("ffprobe")
    return "" if by_itself or not static.exists() else str(static)


def program(name: str) -> str:
    """Path of an `ffmpeg` or `ffprobe` to make and to examine files with: a full one, else the layer's.

    Raises:
        FileNotFoundError: there is none.
    """
    for folder in (None, ROOT / ".venv" / "ffmpeg", ROOT / "ffmpeg-layer" / "bin" / "baseline"):
        if found := shutil.which(name, path=str(folder) if folder else None):
            return found
    raise FileNotFoundError(f"There is no {name}: `make setup` gets one.")
