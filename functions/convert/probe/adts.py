"""Duration of an ADTS stream, whose container does not say it: its frames are counted, not decoded."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import Unavailable

from ..checkpoint import UNBOUNDED
from ..ffmpeg.arguments import GUARDS
from ..process.limits import Limits
from ..process.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..checkpoint import Checkpoint
    from ..ffmpeg.binaries import Tools

_LIMITS = Limits(wall_s=60, cpu_s=40, file_bytes=0)
# ISO/IEC 14496-3: samples in a frame, without and with spectral band replication.
_FRAME, _SBR_FRAME = 1024, 2048


def adts_duration_s(
    tools: Tools,
    file: Path,
    write_to: Callable[[BinaryIO], None] | None = None,
    checkpoint: Checkpoint = UNBOUNDED,
) -> float:
    """Return the seconds of AAC in the file.

    Args:
        tools: ffprobe among them.
        file: to read.
        write_to: writes its bytes, where they are not all in the file.
        checkpoint: of the attempt.

    Raises:
        Unavailable: ffprobe failed, or did not finish in time.
        ConversionTimedOut, LeaseLost: the attempt must end.
    """
    entries = "stream=nb_read_packets,sample_rate,profile"
    argv = [tools.ffprobe, "-v", "error", *GUARDS, "-count_packets", "-show_entries", entries]
    name = "pipe:0" if write_to else f"file:{file.name}"
    limits, argv = replace(_LIMITS, until=checkpoint.until), [*argv, "-of", "json", name]
    completed = run(argv, file.parent, limits, lambda _: checkpoint(), write_stdin=write_to)
    checkpoint()
    if completed.timed_out or completed.code != 0:
        raise Unavailable("ffprobe could not count the frames.") from RuntimeError(completed.errors)
    stream = json.loads(completed.output)["streams"][0]
    frame = _SBR_FRAME if str(stream.get("profile", "")).startswith("HE") else _FRAME
    return int(stream["nb_read_packets"]) * frame / int(stream["sample_rate"])
