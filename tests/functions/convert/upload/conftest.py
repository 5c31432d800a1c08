"""A source that is large enough to be streamed in small pieces."""

from __future__ import annotations

import subprocess

import pytest

from tests.waiting import HANG_S
from tools.ffmpeg import program


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """30 s of noise, which no codec compresses well."""
    target = tmp_path_factory.mktemp("song") / "song.wav"
    noise = ["-f", "lavfi", "-i", "anoisesrc=d=30:r=44100:a=0.3:seed=1", "-bitexact"]
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", *noise, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return target.read_bytes()
