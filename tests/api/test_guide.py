"""The examples of the integration guide work as written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.machine import NODE, machine, needs
from tests.waiting import HANG_S
from tools.examine import inspect_audio

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.throwaway import ThrowawayCloud

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def code(language: str) -> str:
    return str(re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)[0])


def run(argv: list[str], cloud: ThrowawayCloud, folder: Path, song: Path) -> None:
    (folder / "song.wav").write_bytes(song.read_bytes())
    environment = {"SONUBE_URL": cloud.url, **machine(), "HOME": str(folder)}
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_S, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@needs("curl")
def test_the_curl_session_of_the_guide_works(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    run(["bash", "-euc", code("sh")], cloud, tmp_path, audio("wav"))

    assert [inspect_audio(tmp_path / name).codec for name in ("song.mp3", "song.opus")] == ["mp3", "opus"]


def test_the_javascript_example_of_the_guide_works(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    run([str(NODE), "--input-type=module", "-e", code("js")], cloud, tmp_path, audio("wav"))

    assert inspect_audio(tmp_path / "song.m4a").codec == "aac"


def test_the_python_example_of_the_guide_works(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    run([sys.executable, "-c", code("python")], cloud, tmp_path, audio("wav"))

    assert [inspect_audio(tmp_path / name).codec for name in ("song.flac", "song.mp3")] == ["flac", "mp3"]
