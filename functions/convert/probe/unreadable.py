"""What to say of a file that ffprobe does not describe: by its log, and by what is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EmptyFile, NotAudio, Truncated

from ..containers.ape import id3v1_bytes
from ..containers.id3 import tag_bytes
from ..containers.pages import is_later_page, ogg_is_empty
from .kinds import HEAD_BYTES, unknown_kind
from .report import too_many_streams

if TYPE_CHECKING:
    from shared.domain.errors import ConversionError

    from ..containers.reader import Reader

# Of MP4, which recorders write last.
_NO_INDEX = "moov atom not found"
# Matroska: how it begins, and what its audio is in. A header without audio is shorter than this.
_EBML, _CLUSTER, _MAX_HEADER_BYTES = b"\x1a\x45\xdf\xa3", b"\x1f\x43\xb6\x75", 1 << 16
# MP4 in fragments: what comes before the second and each further one.
_FRAGMENTS = frozenset({b"moof", b"styp", b"sidx"})


def unreadable(errors: str, data: Reader) -> ConversionError:
    """Return the error by ffprobe's log and the file."""
    head = data.at(0, HEAD_BYTES)
    if "max_streams" in errors:
        return too_many_streams()
    if _is_later_piece(head):
        return NotAudio(
            "This is a later piece of a recording: its beginning, which describes the audio, is missing.",
            hint="Join all pieces of the recording in their order into one file, and upload that.",
        )
    if _NO_INDEX in errors:
        return Truncated(
            "The recording was not finished: the index of its audio (moov) is missing.",
            hint="Open it in the recorder itself, which may finish it, or in a program that repairs MP4.",
        )
    if _has_nothing_but_tags(data):
        return EmptyFile("The file holds tags, and no audio.")
    if ogg_is_empty(data) or _is_empty_matroska(data):
        return EmptyFile(
            "The file has a header, and no audio after it.",
            hint="The recording ended before anything was written. Record it again, or upload another copy.",
        )
    return unknown_kind(head)


def _is_later_piece(head: bytes) -> bool:
    """Return whether a program that saves a recording piece by piece saved this one without the first.

    The first piece of a WebM may be a single byte.
    """
    is_matroska = head.startswith((_CLUSTER, _EBML[1:]))
    return is_matroska or head[4:8] in _FRAGMENTS or is_later_page(head)


def _has_nothing_but_tags(data: Reader) -> bool:
    begin, end = tag_bytes(data), data.size - id3v1_bytes(data, data.size)
    return begin > 0 and end <= begin <= data.size


def _is_empty_matroska(data: Reader) -> bool:
    head = data.at(0, _MAX_HEADER_BYTES)
    return head.startswith(_EBML) and data.size <= _MAX_HEADER_BYTES and _CLUSTER not in head
