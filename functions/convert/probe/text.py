"""Decodes the text of tags by its bytes: UTF-8 where they are valid UTF-8, else Windows-1252.

Most containers do not say how text is encoded, or say what is not true. ffmpeg passes on the bytes, except
those that an ID3v2 tag calls Latin-1: there it makes a character of each byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..metadata.readers.decoding.encoding import decode_bytes, is_utf_8

if TYPE_CHECKING:
    from collections.abc import Mapping

# Whose ID3v2 tags ffmpeg reads.
_WITH_ID3V2 = frozenset({"mp3", "aac", "aiff", "wav", "w64", "dsf", "iff", "tta"})
_BEYOND_UTF_8 = "surrogateescape"


def without_loss(data: bytes) -> str:
    """Return ffprobe's output as text from which `decode` can tell the bytes that are no UTF-8."""
    return data.decode("utf-8", _BEYOND_UTF_8)


def decode(text: str, *, may_be_latin1: bool) -> tuple[str, str | None]:
    """Return a text as it is meant, and its encoding where that had to be guessed.

    The five bytes that Windows-1252 does not define become U+FFFD.

    Args:
        text: as of `without_loss`.
        may_be_latin1: whether ffmpeg may have made each character of a byte.
    """
    if text.isascii():
        return text, None
    data = text.encode("utf-8", _BEYOND_UTF_8)
    if not is_utf_8(data):
        return decode_bytes(data, is_latin1=False)
    latin1 = _latin1_bytes(text) if may_be_latin1 else None
    return (text, None) if latin1 is None else decode_bytes(latin1, is_latin1=True)


def decode_tags(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return ffprobe's report with all tags decoded.

    Entries whose tags differ from ffmpeg's have `guessed`: encodings by the names of these tags.
    """
    container = report.get("format", {})
    is_id3 = container.get("format_name") in _WITH_ID3V2
    lists = {
        kind: [_decoded(one, is_id3) for one in report.get(kind, [])] for kind in ("streams", "chapters")
    }
    return {**report, **lists, "format": _decoded(container, is_id3)}


def _decoded(entry: Mapping[str, Any], is_id3: bool) -> Mapping[str, Any]:  # noqa: FBT001
    tags, guessed = {}, {}
    for raw_name, raw_text in entry.get("tags", {}).items():
        name, encoding_of_name = decode(raw_name, may_be_latin1=is_id3)
        tags[name], encoding = decode(str(raw_text), may_be_latin1=is_id3)
        if found := encoding or encoding_of_name:
            guessed[name] = found
    return {**entry, "tags": tags, "guessed": guessed} if guessed else entry


def _latin1_bytes(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None
