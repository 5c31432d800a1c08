"""The frames of an ID3v2.3 or 2.4 tag as they are, with what tells one from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.id3 import content, frames_of, id3_tags
from ...containers.reader import MAX_READ_BYTES, Reader, read_long
from ..write.filling import syncsafe
from ..write.id3_bodies import V2_4

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...containers.id3 import Frame, Id3Tag

# Their description is text, behind a byte for its encoding; and one that is plain.
_DESCRIBED, _OWNED = "TXXX", "UFID"
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_WIDE = (1, 2)


def frames(tag: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the place of each frame, such as `tit2` or `txxx:barcode`, and its bytes with a header."""
    for one in id3_tags(Reader.of(tag)):
        for frame in frames_of(one):
            size = syncsafe(frame.size) if one.version == V2_4 else frame.size.to_bytes(4)
            header = frame.name.encode("ascii") + size + one.data.at(frame.begin - 2, 2)
            yield _place(one, frame), header + read_long(one.data, frame.begin, frame.size)


def _place(tag: Id3Tag, frame: Frame) -> str:
    if frame.name not in {_DESCRIBED, _OWNED}:
        return frame.name.casefold()
    body = content(tag, frame, MAX_READ_BYTES) or b""
    description = body.partition(b"\0")[0].decode("latin-1") if frame.name == _OWNED else _described(body)
    return f"{frame.name}:{description}".casefold()


def _described(body: bytes) -> str:
    if not body or body[0] >= len(_ENCODINGS):
        return ""
    text, width = body[1:], 2 if body[0] in _WIDE else 1
    end = next((at for at in range(0, len(text), width) if not any(text[at : at + width])), len(text))
    return text[:end].decode(_ENCODINGS[body[0]], "replace")
