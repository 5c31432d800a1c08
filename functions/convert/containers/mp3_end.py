"""Whether an MP3 is complete: by the length in its Xing frame, and by how its last frames end.

Programs that cut an MP3 without decoding it may keep the Xing frame of the whole. They cut between two
frames, where a broken transfer hardly ever ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .id3 import tag_bytes
from .mp3 import is_frame, xing_of
from .trailing_tags import before_tags, lyrics3

if TYPE_CHECKING:
    from .reader import Reader

# Taggers and editors leave the figure as it was; they drop less than this.
_SLACK_RATIO, _SLACK_BYTES = 0.02, 2048
# So many frames in a row that end where the audio does are no accident.
_FRAMES_IN_A_ROW = 3
# By the bits of the header, for layer III: kbit/s of MPEG 1 and of MPEG 2, Hz of MPEG 1.
_MPEG_1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG_2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = (44_100, 48_000, 32_000)
# By the bits of the version; 1 is reserved. MPEG 2.5 is an extension.
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}
_HEADER_BYTES, _MAX_FRAME_BYTES = 4, 1441


def missing_mp3(data: Reader) -> int:
    """Missing bytes by the Xing or Info frame; 0 without one, and for files that were cut on purpose."""
    if (begin := tag_bytes(data)) > data.size:
        return begin - data.size
    missing = _missing_by_figure(data)
    return 0 if missing and ends_with_frame(data) else missing


def is_cut(data: Reader) -> bool:
    """Return whether an MP3 is shorter than its Xing frame says, and ends with a whole frame."""
    return _missing_by_figure(data) > 0 and ends_with_frame(data)


def ends_with_frame(data: Reader) -> bool:
    """Return whether the audio ends where a frame does."""
    end = before_tags(data, lyrics3(data).start)
    begin = max(0, end - _MAX_FRAME_BYTES * (_FRAMES_IN_A_ROW + 1))
    window = data.at(begin, end - begin)
    return any(_ends_exactly(window, begin) for begin in range(min(_MAX_FRAME_BYTES, len(window))))


def _missing_by_figure(data: Reader) -> int:
    xing = xing_of(data)
    missing = xing.begin + xing.length - data.size if xing else 0
    return missing if xing and missing > max(_SLACK_BYTES, xing.length * _SLACK_RATIO) else 0


def _ends_exactly(window: bytes, position: int) -> bool:
    """Return whether frames from a position on follow each other up to the end of the window."""
    count = 0
    while length := _frame_bytes(window[position : position + _HEADER_BYTES]):
        position, count = position + length, count + 1
    return position == len(window) and count >= _FRAMES_IN_A_ROW


def _frame_bytes(header: bytes) -> int:
    """Return the length of a frame of layer III, by its header; 0 if it is none."""
    if len(header) < _HEADER_BYTES or not is_frame(header):
        return 0
    version, rate, bits = header[1] >> 3 & 3, header[2] >> 2 & 3, header[2] >> 4
    if version not in _RATE_DIVISORS or rate >= len(_RATES_HZ) or not 0 < bits < len(_MPEG_1_KBPS):
        return 0
    kbps, samples = (_MPEG_1_KBPS, 1152) if version == max(_RATE_DIVISORS) else (_MPEG_2_KBPS, 576)
    rate_hz = _RATES_HZ[rate] // _RATE_DIVISORS[version]
    return samples // 8 * kbps[bits] * 1000 // rate_hz + (header[2] >> 1 & 1)
