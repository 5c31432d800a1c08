"""Files that ffmpeg makes, each once in a run."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.waiting import HANG_S
from tools.ffmpeg import program


def sine(seconds: float = 1.0, rate_hz: int = 44_100, channels: int = 1, hertz: int = 441) -> str:
    """Return ffmpeg's input for a tone of half of full scale."""
    each = "|".join([f"0.5*sin(2*PI*{hertz}*t)"] * channels)
    return f"-f lavfi -i aevalsrc={each}:s={rate_hz}:d={seconds}"


@cache
def made(arguments: str, ending: str, *inputs: bytes) -> bytes:
    """Return what ffmpeg makes; the inputs are files `0`, `1`… in its folder.

    Args:
        arguments: without the output.
        ending: of the output, which chooses the muxer.
        inputs: contents of files.
    """
    with tempfile.TemporaryDirectory(prefix="sonube-") as folder:
        for number, content in enumerate(inputs):
            (Path(folder) / str(number)).write_bytes(content)
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", *arguments.split(), f"out.{ending}"]
        subprocess.run(argv, cwd=folder, check=True, timeout=HANG_S)
        return (Path(folder) / f"out.{ending}").read_bytes()


def encoded(codec: str, ending: str, source: str = "") -> bytes:
    """Return a tone of one second by a codec with its options."""
    return made(f"{source or sine()} -c:a {codec}", ending)
