"""A long conversion through the whole local cloud: event, queue, convert-queued."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.pipeline.logs import steps_of
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

# Silence is quick to encode, but convert cannot know at the probe that it is silence.
LONG_S = 1500


def test_a_long_conversion_goes_through_its_queue(cloud: ThrowawayCloud, user: User, tmp_path: Path) -> None:
    silence = f"anullsrc=r=8000:cl=mono:d={LONG_S}"
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", silence, "long.flac"]
    subprocess.run(argv, cwd=tmp_path, check=True, timeout=HANG_S)

    task = user.convert("long.flac", "m4a", (tmp_path / "long.flac").read_bytes(), preset="web")
    steps = [line["step"] for line in steps_of(cloud, task["id"]) if line["function"] == "convert"]

    assert task["state"] == "PROCESSED"
    assert task["outputs"][0]["durationS"] == LONG_S
    assert steps[steps.index("queued") :][:3] == ["queued", "handed_over", "claimed"]
    assert {line["attempt"] for line in steps_of(cloud, task["id"]) if "attempt" in line} == {1}
