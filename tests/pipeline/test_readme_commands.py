"""The commands in README work as written. tests/api/test_guide.py tests those in docs/api.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.machine import machine
from tests.waiting import HANG_S
from tools.examine import inspect_audio

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.throwaway import ThrowawayCloud

README = Path(__file__).resolve().parent.parent.parent / "README.md"


def commands_after(words: str) -> str:
    section = README.read_text().partition(words)[2]
    return str(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0])


def test_the_command_line_signs_up_and_converts(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / ".localcloud").symlink_to(cloud.data)
    for name in ("one.wav", "two.wav"):
        (tmp_path / name).write_bytes(audio("wav").read_bytes())
    # As in a shell in the checkout, with `sonube` installed.
    shell = f'sonube() {{ {sys.executable} -m sonube "$@"; }};'
    environment = {**machine(), "PYTHONPATH": str(README.parent / "client")}

    done = subprocess.run(
        ["bash", "-euc", shell + commands_after("use the command line from a second shell")],
        cwd=tmp_path,
        env=environment | {"SONUBE_SESSION": str(tmp_path / "session.json")},
        input="readme@example.com\ncorrect horse\n",
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [inspect_audio(tmp_path / name).codec for name in ("one.mp3", "two.mp3")] == ["mp3", "mp3"]
