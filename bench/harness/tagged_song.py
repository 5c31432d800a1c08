"""A song in any format, with or without every field of the model and a large cover."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from bench.harness.material import write_wav
from functions.convert.metadata.model.fields import FIELDS
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = "Überschrift 標題 " * 4
# Some three megabytes, as shops send them.
_COVER = (
    *("-f", "lavfi", "-i", "nullsrc=s=2400x2400:r=1:d=1,geq=random(1)*96:128:128", "-map", "0", "-map", "1"),
    *("-c:v", "mjpeg", "-q:v", "2", "-disposition:v", "attached_pic"),
)
_TIMEOUT_S = 1800


def write_song(target: Path, seconds: float, ending: str, *, tagged: bool) -> None:
    """Write the song, always under the same name: the content tells what it is."""
    write_wav(target, "music", seconds)
    if ending != "wav":
        encoded = target.with_suffix(f".encoded.{ending}")
        argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-i", str(target), *(_COVER if tagged else ())]
        tags = [part for name in FIELDS for part in ("-metadata", f"{name}={_TEXT}")] if tagged else []
        argv += [*tags, "-movflags", "+faststart", str(encoded)]
        subprocess.run(argv, check=True, timeout=_TIMEOUT_S)
        encoded.replace(target)
