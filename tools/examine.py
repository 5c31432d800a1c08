"""Examines a media file: what ffprobe reports, and how much audio decodes."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class AudioFile:
    """The first audio stream."""

    container: str
    codec: str
    sample_rate_hz: int
    channels: int


def inspect_audio(file: Path) -> AudioFile:
    """What ffprobe says of the first audio stream."""
    argv = [program("ffprobe"), "-v", "error", "-select_streams", "a:0", "-show_streams", "-show_format"]
    done = subprocess.run(
        [*argv, "-of", "json", f"file:{file}"], capture_output=True, check=True, timeout=TIMEOUT_S
    )
    report = json.loads(done.stdout)
    stream = report["streams"][0]
    return AudioFile(
        report["format"]["format_name"],
        stream["codec_name"],
        int(stream["sample_rate"]),
        int(stream["channels"]),
    )


def decoded_seconds(file: Path, *, tolerant: bool = False) -> float:
    """Length of the first audio stream when decoded to its end; an error in it fails unless tolerant."""
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", *([] if tolerant else ["-xerror"])]
    argv += ["-i", f"file:{file}", "-map", "0:a:0"]
    argv += ["-progress", "pipe:1", "-f", "null", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=TIMEOUT_S)
    return int(re.findall(r"out_time_us=(\d+)", done.stdout)[-1]) / 1_000_000
