"""Length of an ADTS stream, whose container says nothing of it: its frames are counted, not decoded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import Unavailable

from ..process.limits import Limits
from ..process.runner import run
from .probe import GUARDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .binaries import Tools

LIMITS = Limits(wall_s=60, cpu_s=40, file_bytes=0)
# ISO/IEC 14496-3: 1,024 samples in a frame, twice as many where the upper half of the band is replicated.
_FRAME, _SBR_FRAME = 1024, 2048


def adts_duration_s(tools: Tools, file: Path, feed: Callable[[BinaryIO], None] | None = None) -> float:
    """Seconds of AAC in the file.

    Args:
        tools: ffprobe among them.
        file: where it lies.
        feed: writes its bytes, where they do not all lie there.

    Raises:
        Unavailable: ffprobe did not end in time, or well.
    """
    wanted = "stream=nb_read_packets,sample_rate,profile"
    argv = [tools.ffprobe, "-v", "error", *GUARDS, "-count_packets", "-show_entries", wanted]
    name = "pipe:0" if feed else f"file:{file.name}"
    finished = run([*argv, "-of", "json", name], file.parent, LIMITS, write_stdin=feed)
    if finished.timed_out or finished.code != 0:
        raise Unavailable("ffprobe could not count the frames.") from RuntimeError(finished.errors)
    stream = json.loads(finished.output)["streams"][0]
    frame = _SBR_FRAME if str(stream.get("profile", "")).startswith("HE") else _FRAME
    return int(stream["nb_read_packets"]) * frame / int(stream["sample_rate"])
