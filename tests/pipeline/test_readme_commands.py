"""The commands that README shows for curl do, as written, what README says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tools.examine import look

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.throwaway import ThrowawayCloud

README = Path(__file__).resolve().parent.parent.parent / "README.md"


def curl_commands() -> str:
    section = README.read_text().partition("with curl alone")[2]
    return str(re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0])


def test_curl_alone_takes_a_file_all_the_way(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / ".localcloud").symlink_to(cloud.data)
    (tmp_path / "song.wav").write_bytes(audio("wav").read_bytes())
    done = subprocess.run(
        ["bash", "-euc", curl_commands()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert look(tmp_path / "song.mp3").codec == "mp3"
