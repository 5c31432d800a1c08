"""What every test may use: real audio, made once, and the programs that read it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.tools import Tools, find_tools
from tools.clip import write_clip
from tools.ffmpeg import ffmpeg_dir, program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLIP_S = 2.0


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The very ffmpeg that convert finds on this machine."""
    return find_tools(ffmpeg_dir())


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes `clip.<ending>` of two seconds, with any further ffmpeg arguments; each is made once."""
    folder = tmp_path_factory.mktemp("audio")
    wav = write_clip(folder / "clip.wav", CLIP_S)
    made: dict[tuple[str, tuple[str, ...]], Path] = {("wav", ()): wav}

    def make(ending: str, *arguments: str) -> Path:
        key = (ending, arguments)
        if key not in made:
            made[key] = folder / f"clip-{len(made)}.{ending}"
            argv = [
                program("ffmpeg"),
                "-nostdin",
                "-v",
                "error",
                "-y",
                "-i",
                str(wav),
                *arguments,
                str(made[key]),
            ]
            subprocess.run(argv, check=True, timeout=60)
        return made[key]

    return make
