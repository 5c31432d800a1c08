"""What ffmpeg's errors mean to the client: whether the file is at fault, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.domain.errors import Damaged, EncoderFailed, NotAudio, TooManyChannels, Truncated
from shared.domain.formats import FORMATS
from shared.domain.sources import DECODED

from .progress import decoded_any

if TYPE_CHECKING:
    from ..process.limits import CompletedProcess
    from .timeline import Jump

# Errors of an input that ends early.
_TRUNCATED = ("end of file", "truncat", "partial file", "overread", "corrupt input packet")
# What it logs for each packet that it skips, and for a line that is the same as the last one.
_DAMAGED = ("Error while decoding stream", "Error submitting packet to decoder", "Decoding error:")
_INCOMPLETE_BLOCK = "Invalid PCM packet"
_REPEATED = re.compile(r"Last message repeated (\d+) times")
# Of the end of the log; before it may be packets that were skipped.
_ERROR_CHARACTERS = 16_384
# Codecs that are decoded and never encoded: an error of theirs is about the input.
_DECODED_ONLY = DECODED - {form.codec for form in FORMATS.values()}
_UNDECODABLE = (
    "invalid data found when processing input",
    "decode_frame() failed",
    "error while decoding",
    "cannot determine format of input stream",
    "invalid pcm packet",
    *(f"[{codec} @" for codec in sorted(_DECODED_ONLY)),
)
# ffmpeg's exit status when more packets are corrupt than `-max_error_rate` allows.
_TOO_MANY_ERRORS = 69
# More channels than formats hold, without a layout; for 16 and 24, ffmpeg has a default one.
_UNMIXABLE = "rematrix is needed between"
# What ffmpeg 9 says of joined Ogg Vorbis with other channels, which older ones decode.
_GAVE_UP = "Error during demuxing: Not yet implemented"
# Sample rate or channels change after the first frame.
_FORMAT_CHANGED = ("changing audio frame properties on the fly", "not available from input layout")


class CopyDiffers(Exception):
    """A copied stream would not play as its source does: it has to be encoded."""


class MustNormalise(Exception):
    """The source has to be normalised first.

    Attributes:
        gaps: to fill.
    """

    gaps: tuple[Jump, ...] = ()


class FormatChanged(MustNormalise):
    """The source changes its sample rate or its channels midway."""


class LongGaps(MustNormalise):
    """Its clock has gaps that a filter cannot fill in bounded memory."""

    def __init__(self, gaps: tuple[Jump, ...]) -> None:
        super().__init__()
        self.gaps = gaps


def error_of(completed: CompletedProcess) -> Exception:
    """Return what went wrong, by the end of ffmpeg's errors, which become its cause."""
    error = _meaning(completed, completed.errors[-_ERROR_CHARACTERS:].lower())
    error.__cause__ = RuntimeError(completed.errors[-2000:])
    return error


def gave_up(errors: str) -> bool:
    """Return whether ffmpeg stopped reading in the middle, which it may call a success."""
    return _GAVE_UP in errors


def damaged_packets(errors: str) -> int:
    """Return how many packets could not be decoded, by ffmpeg's errors.

    The end of PCM with an incomplete block is none: it is too little for a sample.
    """
    packets, is_damage, is_end = 0, False, False
    for line in errors.splitlines():
        repeated = _REPEATED.search(line)
        if not repeated:
            is_damage = any(sign in line for sign in _DAMAGED) and not is_end
            is_end = _INCOMPLETE_BLOCK in line
        packets += is_damage * int(repeated[1] if repeated else 1)
    return packets


def _meaning(completed: CompletedProcess, lowered: str) -> Exception:
    if _mentions(lowered, _FORMAT_CHANGED):
        return FormatChanged()
    if _UNMIXABLE in lowered:
        return TooManyChannels()
    if _mentions(lowered, _TRUNCATED):
        return Truncated()
    # Some decoders fail without a message, and ffmpeg adds none.
    is_silent = completed.code > 0 and not lowered.strip()
    if is_silent or completed.code == _TOO_MANY_ERRORS or _mentions(lowered, _UNDECODABLE):
        not_audio = NotAudio("The file claims to be audio, but it cannot be decoded.")
        return Damaged() if decoded_any(completed.output) else not_audio
    return EncoderFailed()


def _mentions(lowered: str, signs: tuple[str, ...]) -> bool:
    return any(sign in lowered for sign in signs)
