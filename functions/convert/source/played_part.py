"""Finds the part of a source's samples that is audio, and not the priming or padding of its encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..containers.chunked.wave import stated_samples
from ..containers.id3 import tag_bytes
from ..containers.mp3 import xing_of
from ..containers.mp4 import MP4, audio_edit
from ..containers.reader import TooComplex
from ..ffmpeg.timeline import PlayedPart

if TYPE_CHECKING:
    from shared.domain.media import Probe

    from ..containers.reader import Reader

# Codecs whose last block is filled with padding.
_IN_BLOCKS = ("adpcm_ima_wav", "adpcm_ms", "gsm_ms")
# iTunes' figures in hexadecimal: an unused one, samples of priming, of padding, and between these.
_ITUNES, _ITUNES_FIGURES = "itunsmpb", 4
# Padding is less than two frames of the longest, HE-AAC's. Figures that leave out more are another file's.
_MAX_PADDING = 2 * 2048


def played_part(data: Reader, source: Probe) -> PlayedPart:
    """Return the part by what the container says, exact to the sample; all of it if that is too complex."""
    try:
        return _stated_part(data, source)
    except TooComplex:
        return PlayedPart()


def _stated_part(data: Reader, source: Probe) -> PlayedPart:
    if source.container == MP4:
        return _mp4(data, source)
    if source.container == "mp3" and source.bit_rate_kbps and xing_of(data) is None:
        seconds = (data.size - tag_bytes(data)) / (125 * source.bit_rate_kbps)
        return PlayedPart(*(_itunes(source, round(seconds * source.sample_rate_hz)) or ()))
    if source.container == "wav" and source.codec.startswith(_IN_BLOCKS):
        return PlayedPart(length=stated_samples(data))
    return PlayedPart()


def _mp4(data: Reader, source: Probe) -> PlayedPart:
    edit = audio_edit(data, source.stream)
    if edit is None or not _counts_samples(edit.timescale, source.sample_rate_hz):
        return PlayedPart()
    if edit.is_fragmented:
        return _fragmented(edit.begin * source.sample_rate_hz // edit.timescale, source)
    length = (edit.length or 0) * source.sample_rate_hz // edit.timescale
    if edit.begin == 0 and (figures := _itunes(source, length)):
        return PlayedPart(length=figures[1])
    return PlayedPart(length=length or None)


def _fragmented(begin: int, source: Probe) -> PlayedPart:
    """Return the part of a source whose duration is the sum of its fragments, priming included."""
    if not begin or source.duration_s is None or source.length_is_bound:
        return PlayedPart()
    return PlayedPart(length=round(source.duration_s * source.sample_rate_hz) - begin, by_timestamps=True)


def _counts_samples(timescale: int, rate_hz: int) -> bool:
    """Return whether the clock is exact to the sample; HE-AAC may have half the rate of its output."""
    return timescale % rate_hz == 0 or rate_hz % timescale == 0


def _itunes(source: Probe, total: int) -> tuple[int, int] | None:
    """Return begin and length by iTunes' tag; None where there is none that fits the samples in the file."""
    figures = source.tags.get(_ITUNES, "").split()[:_ITUNES_FIGURES]
    try:
        _, begin, _, length = (int(figure, 16) for figure in figures)
    except ValueError:
        return None
    fits = 0 <= total - (begin + length) <= _MAX_PADDING
    return (begin, length) if begin >= 0 and length > 0 and fits else None
