"""One ffmpeg pass that makes all outputs of a task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.errors import ConversionTimedOut, EncoderFailed, NotAudio, Truncated

from . import process
from .probe import GUARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .plan import Plan
    from .tools import Tools

# Of the encoder's own failures these say that the input breaks off.
_CUT_SHORT = ("end of file", "truncat", "partial file", "overread")


def transcode(
    tools: Tools,
    source: Path,
    targets: Sequence[tuple[Plan, Path]],
    limits: process.Limits,
    on_progress: Callable[[float], None],
) -> float:
    """Decode once, encode each target.

    Args:
        tools: the programs.
        source: the input, in the folder where ffmpeg runs.
        targets: each plan with the file to write.
        limits: of the process.
        on_progress: called with the seconds of audio done; what it raises ends ffmpeg.

    Returns:
        The seconds of CPU that it took.

    Raises:
        ConversionTimedOut: it ran into `limits`.
        Truncated: the input breaks off.
        EncoderFailed: anything else that ffmpeg complains of.
    """
    finished = process.run(command(tools, source, targets), source.parent, limits, _reader(on_progress))
    if finished.timed_out or finished.code == -24:  # noqa: PLR2004  # SIGXCPU
        raise ConversionTimedOut(f"The conversion did not end within {limits.wall_s:.0f} s.")
    if finished.code != 0:
        raise _failure(finished.errors, _decoded_any(finished.output))
    return finished.cpu_s


def command(tools: Tools, source: Path, targets: Sequence[tuple[Plan, Path]]) -> list[str]:
    """The argument list: guards, the input by a neutral name, then each output."""
    argv = [tools.ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-y"]
    argv += ["-progress", "pipe:1", "-nostats", *GUARDS, "-i", f"file:{source.name}"]
    for plan, target in targets:
        argv += ["-map", "0:a:0", "-vn", "-sn", "-dn", *plan.encoder_args]
        if plan.filters:
            argv += ["-af", ",".join(plan.filters)]
        argv += ["-f", plan.form.muxer, f"file:{target.name}"]
    return argv


def _reader(on_progress: Callable[[float], None]) -> Callable[[bytes], None]:
    """Reads ffmpeg's report; `out_time_us` counts microseconds of audio written."""

    def read(chunk: bytes) -> None:
        for match in re.finditer(rb"out_time_us=(\d+)", chunk):
            on_progress(int(match[1]) / 1_000_000)

    return read


def _decoded_any(report: bytes) -> bool:
    return any(int(us) > 0 for us in re.findall(rb"out_time_us=(\d+)", report))


def _failure(errors: str, decoded_any: bool) -> Exception:  # noqa: FBT001  # a fact, not a switch
    """What the end of ffmpeg's complaints means to the client."""
    lowered = errors.lower()
    error: Exception = EncoderFailed()
    if any(sign in lowered for sign in _CUT_SHORT):
        error = Truncated()
    elif "invalid data found when processing input" in lowered:
        error = (
            Truncated() if decoded_any else NotAudio("The file claims to be audio, and cannot be decoded.")
        )
    error.__cause__ = RuntimeError(errors[-2000:])
    return error
