"""The tags of a WebM (RFC 9559, 5.1.8): one simple tag for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vorbis import comment_name, text_of

if TYPE_CHECKING:
    from ..model.tags import Tags

_TAGS, _TAG, _TARGETS = b"\x12\x54\xc3\x67", b"\x73\x73", b"\x63\xc0"
_SIMPLE_TAG, _NAME, _STRING = b"\x67\xc8", b"\x45\xa3", b"\x44\x87"
# Matroska's own names, which ffmpeg and players look for.
_NAMES = {"TRACKNUMBER": "PART_NUMBER", "TRACKTOTAL": "TOTAL_PARTS", "ENCODEDBY": "ENCODED_BY"}
# Readers keep one of several tags with the same name.
_SEPARATOR = "; "
# It is in the segment's information, where ffmpeg writes it.
_ELSEWHERE = frozenset({"title"})


def tags_element(tags: Tags) -> bytes:
    """Return the `Tags` element."""
    grouped: dict[str, list[str]] = {}
    for entry in tags.entries:
        if entry.name not in _ELSEWHERE and (name := comment_name(entry.name)):
            grouped.setdefault(_NAMES.get(name, name), []).append(text_of(entry))
    simple = (
        _element(
            _SIMPLE_TAG,
            _element(_NAME, name.encode()) + _element(_STRING, _SEPARATOR.join(values).encode()),
        )
        for name, values in grouped.items()
    )
    return _element(_TAGS, _element(_TAG, _element(_TARGETS, b"") + b"".join(simple)))


def _element(name: bytes, content: bytes) -> bytes:
    return name + (1 << 56 | len(content)).to_bytes(8) + content
