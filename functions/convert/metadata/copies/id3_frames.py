"""The frames of an ID3v2.3 or 2.4 tag as they are, and those of 2.2 as 2.3 has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...containers.id3 import content, frames_of, id3_tags
from ...containers.reader import MAX_READ_BYTES, Reader, read_long
from ..write.filling import syncsafe
from ..write.id3 import frame as new_frame
from ..write.id3_bodies import V2_3, V2_4
from .id3_v22 import upgraded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...containers.id3 import Frame, Id3Tag

# Their description is text, behind a byte for its encoding; and one that is plain.
_DESCRIBED, _OWNED = "TXXX", "UFID"
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_WIDE = (1, 2)
V2_2 = 2


def frames(tag: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the place of each frame, such as `tit2` or `txxx:barcode`, and its bytes with a header."""
    for one in id3_tags(Reader.of(tag)):
        for frame in frames_of(one):
            if one.version == V2_2:
                name, body = upgraded(frame.name, read_long(one.data, frame.begin, frame.size))
                yield _place(name, body), new_frame(name, body, V2_3)
                continue
            size = syncsafe(frame.size) if one.version == V2_4 else frame.size.to_bytes(4)
            header = frame.name.encode("ascii") + size + one.data.at(frame.begin - 2, 2)
            yield (
                _place(frame.name, _content(one, frame)),
                header + read_long(one.data, frame.begin, frame.size),
            )


def _content(tag: Id3Tag, frame: Frame) -> bytes:
    """Return what tells a frame from others of its name; nothing where its name does."""
    return (content(tag, frame, MAX_READ_BYTES) or b"") if frame.name in {_DESCRIBED, _OWNED} else b""


def _place(name: str, body: bytes) -> str:
    if name not in {_DESCRIBED, _OWNED}:
        return name.casefold()
    description = body.partition(b"\0")[0].decode("latin-1") if name == _OWNED else _described(body)
    return f"{name}:{description}".casefold()


def _described(body: bytes) -> str:
    if not body or body[0] >= len(_ENCODINGS):
        return ""
    text, width = body[1:], 2 if body[0] in _WIDE else 1
    end = next((at for at in range(0, len(text), width) if not any(text[at : at + width])), len(text))
    return text[:end].decode(_ENCODINGS[body[0]], "replace")
