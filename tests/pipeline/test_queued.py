"""A long conversion through the whole local cloud: event, queue, convert-queued."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.pipeline.logs import steps_of
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from tests.users import User
    from tools.throwaway import ThrowawayCloud

# Of this many bytes without a length, convert expects seven minutes of sound.
SHORT_S = 20


def test_a_long_conversion_goes_through_its_queue(cloud: ThrowawayCloud, user: User) -> None:
    noise = ["-f", "lavfi", "-i", f"anoisesrc=d={SHORT_S}:r=48000:a=0.5", "-ac", "2"]
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", *noise, "-f", "flac", "pipe:1"]
    # Nothing can go back in a pipe to write the length.
    source = subprocess.run(argv, stdout=subprocess.PIPE, check=True, timeout=HANG_S).stdout

    task = user.convert("long.flac", "m4a", source, preset="web")
    steps = [line["step"] for line in steps_of(cloud, task["id"]) if line["function"] == "convert"]

    assert task["state"] == "PROCESSED"
    assert task["outputs"][0]["durationS"] == SHORT_S
    assert steps[steps.index("queued") :][:3] == ["queued", "handed_over", "claimed"]
    assert {line["attempt"] for line in steps_of(cloud, task["id"]) if "attempt" in line} == {1}
