"""One file under examination: what ffprobe reports and logs of it, and what ffmpeg decodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionTimedOut, NotAudio, Unavailable

from ..checkpoint import UNBOUNDED, Checkpoint
from ..containers.reader import reading
from ..ffmpeg.arguments import GUARDS
from ..ffmpeg.limits import limit_exceeded
from ..ffmpeg.progress import decoded_any
from ..process.limits import MIB, Limits
from ..process.runner import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ..containers.reader import Reader
    from ..ffmpeg.binaries import Tools
    from ..process.limits import CompletedProcess

# A valid file takes a tenth of a second. Even on a busy machine, CPU time runs out before wall time: then the
# file is at fault, and another attempt would end alike.
_LIMITS = Limits(wall_s=90, cpu_s=5, file_bytes=0)
# Bytes that are no UTF-8 are written as they are, and decoded by `text`.
_JSON = ("-of", "json=string_validation=ignore")
_REPORT = ("-show_format", "-show_streams", "-show_chapters", *_JSON)
# The same without tags and titles, where these exceed what is read of a report; chapters are then counted.
_SHORT_REPORT = (
    "-show_entries",
    "format=format_name,duration,bit_rate:stream:stream_tags=language:stream_disposition:chapter=id",
    *_JSON,
)
_MAX_REPORT_BYTES = 4 * MIB
# The log describes the whole file, tags included.
_MAX_LOG_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Examination:
    """Runs ffprobe and ffmpeg on a file, within limits.

    All methods raise ConversionTimedOut if CPU time or the attempt's time is up, LeaseLost if the attempt
    must end, and Unavailable if a program does not finish.

    Attributes:
        tools: ffprobe and ffmpeg.
        file: to examine.
        is_whole: whether the file is complete, and not only both ends of one.
        checkpoint: of the attempt.
    """

    tools: Tools
    file: Path
    is_whole: bool = True
    checkpoint: Checkpoint = UNBOUNDED

    def reading(self) -> AbstractContextManager[Reader]:
        """Open the file for parsers."""
        return reading(self.file, self.checkpoint)

    def report(self) -> CompletedProcess:
        """Return ffprobe's report in JSON, without tags where they are too long; its log has warnings."""
        probe = (self.tools.ffprobe, "-v", "warning")
        completed = self._run(*probe, *_REPORT, *GUARDS)
        is_too_long = completed.code == 0 and len(completed.output) >= _MAX_REPORT_BYTES
        return self._run(*probe, *_SHORT_REPORT, *GUARDS) if is_too_long else completed

    def log(self) -> CompletedProcess:
        """Return ffprobe's log, which describes the file even if a decoder cannot be opened."""
        return self._run(self.tools.ffprobe, "-v", "info", *GUARDS)

    def opens(self, number: int) -> bool:
        """Return whether ffmpeg opens a decoder for an audio stream, by its number among these."""
        # Decoding 0 seconds reads no more than a probe; the file may hold only the ends of a streamed source.
        return self._decode(number, "-t", "0").code == 0

    def plays(self, number: int) -> bool:
        """Return whether ffmpeg decodes anything of an audio stream; it stops at the first frame.

        Raises:
            NotAudio: of the ends of a file, nothing could be decoded; the rest may tell.
        """
        try:
            plays = decoded_any(self._decode(number, "-frames:a", "1", "-progress", "pipe:1").output)
        except (ConversionTimedOut, Unavailable):  # nothing so far, in as much as a probe may read
            self.checkpoint()
            return False
        if not plays and not self.is_whole:
            raise NotAudio
        return plays

    def _decode(self, number: int, *bounds: str) -> CompletedProcess:
        last = ("-map", f"0:a:{number}", *bounds, "-f", "null", "-")
        return self._run(self.tools.ffmpeg, "-nostdin", "-v", "error", *GUARDS, "-i", last=last)

    def _run(self, program: str, *arguments: str, last: Sequence[str] = ()) -> CompletedProcess:
        completed = run(
            [program, "-hide_banner", *arguments, f"file:{self.file.name}", *last],
            self.file.parent,
            replace(_LIMITS, until=self.checkpoint.until),
            lambda _: self.checkpoint(),
            max_output=_MAX_REPORT_BYTES,
            max_errors=_MAX_LOG_BYTES,
        )
        self.checkpoint()
        if completed.timed_out:
            raise Unavailable("ffprobe did not finish in time.")
        if exceeded := limit_exceeded(completed, _LIMITS):
            raise exceeded
        return completed
