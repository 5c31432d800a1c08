"""What ffmpeg's complaints mean to the client: whether the file is at fault, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.domain.errors import Damaged, EncoderFailed, NotAudio, TooManyChannels, Truncated
from shared.domain.formats import FORMATS
from shared.domain.sources import DECODED

if TYPE_CHECKING:
    from ..process.limits import CompletedProcess

# Of the complaints about the input these say that it breaks off.
_CUT_SHORT = ("end of file", "truncat", "partial file", "overread", "corrupt input packet")
# Codecs that are only ever decoded: it is the input of which they complain.
_DECODED_ONLY = DECODED - {form.codec for form in FORMATS.values()}
_UNDECODABLE = (
    "invalid data found when processing input",
    "decode_frame() failed",
    "error while decoding",
    "cannot determine format of input stream",
    "invalid pcm packet",
    *(f"[{codec} @" for codec in sorted(_DECODED_ONLY)),
)
_TOO_MANY_ERRORS = 69
# Of more channels than formats have, without a layout; ffmpeg knows one for 16 and for 24.
_UNMIXABLE = "rematrix is needed between"
# Of sound whose rate or channels are no longer those of the first frame, or there not yet those of the rest.
_CHANGING = ("changing audio frame properties on the fly", "not available from input layout")


class FormatChanged(Exception):
    """The source changes its rate or its channels in the middle; `FFmpeg.even` has it all the same."""


def failure(finished: CompletedProcess) -> Exception:
    """What went wrong, going by the end of the complaints; they are its cause."""
    error = _meaning(finished, finished.errors.lower())
    error.__cause__ = RuntimeError(finished.errors[-2000:])
    return error


def _meaning(finished: CompletedProcess, lowered: str) -> Exception:
    if _says(lowered, _CHANGING):
        return FormatChanged()
    if _UNMIXABLE in lowered:
        return TooManyChannels()
    if _says(lowered, _CUT_SHORT):
        return Truncated()
    # Where a decoder fails without a word, ffmpeg says none either.
    is_silent = finished.code > 0 and not lowered.strip()
    if is_silent or finished.code == _TOO_MANY_ERRORS or _says(lowered, _UNDECODABLE):
        claims = NotAudio("The file claims to be audio, but it cannot be decoded.")
        return Damaged() if _decoded_any(finished.output) else claims
    return EncoderFailed()


def _says(lowered: str, signs: tuple[str, ...]) -> bool:
    return any(sign in lowered for sign in signs)


def _decoded_any(report: bytes) -> bool:
    return any(int(us) > 0 for us in re.findall(rb"out_time_us=(\d+)", report))
