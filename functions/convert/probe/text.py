"""Decodes the text of tags in ffprobe's view by its bytes: UTF-8, else the one code page of all of them.

Most containers do not say how text is encoded, or say what is not true. ffmpeg passes on the bytes, except
those that an ID3v2 tag calls Latin-1: there it makes a character of each byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..metadata.readers.decoding.encoding import decode_bytes, is_utf_8
from ..metadata.readers.decoding.text import Encoding
from ..metadata.readers.found import Latin1

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Whose ID3v2 tags ffmpeg reads.
_WITH_ID3V2 = frozenset({"mp3", "aac", "aiff", "wav", "w64", "dsf", "iff", "tta"})
_BEYOND_UTF_8 = "surrogateescape"


def without_loss(data: bytes) -> str:
    """Return ffprobe's output as text from which `decode` can tell the bytes that are no UTF-8."""
    return data.decode("utf-8", _BEYOND_UTF_8)


def decode(
    text: str,
    *,
    may_be_latin1: bool,
    encoding: Encoding = Encoding(),  # noqa: B008  # immutable
) -> tuple[str, str | None]:
    """Return a text as it is meant, and its encoding where that had to be guessed.

    The five bytes that Windows-1252 does not define become U+FFFD.

    Args:
        text: as of `without_loss`.
        may_be_latin1: whether ffmpeg may have made each character of a byte.
        encoding: of texts that are no UTF-8.
    """
    data = None if text.isascii() else _bytes(text, may_be_latin1=may_be_latin1)
    if data is None:
        return text, None
    return decode_bytes(
        bytes(data),
        is_latin1=isinstance(data, Latin1),
        code_page=encoding.name,
        is_stated=encoding.is_stated,
    )


def decode_tags(report: Mapping[str, Any], tag_encoding: str | None = None) -> dict[str, Any]:
    """Return ffprobe's report with all tags decoded.

    Entries whose tags differ from ffmpeg's have `guessed`: encodings by the names of these tags.

    Args:
        report: of ffprobe, as of `without_loss`.
        tag_encoding: of texts that are no UTF-8, by the user; None to find out.
    """
    container = report.get("format", {})
    is_id3 = container.get("format_name") in _WITH_ID3V2
    entries = {"format": [container], **{kind: report.get(kind, []) for kind in ("streams", "chapters")}}
    texts = (_bytes(text, may_be_latin1=is_id3) for one in entries.values() for text in _texts(one))
    stated = Encoding(tag_encoding, is_stated=True) if tag_encoding else None
    encoding = stated or Encoding.of(text for text in texts if text)
    decoded = {kind: [_decoded(one, is_id3, encoding) for one in listed] for kind, listed in entries.items()}
    return {**report, **decoded, "format": decoded["format"][0]}


def _texts(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    return (str(text) for entry in entries for text in entry.get("tags", {}).values())


def _decoded(entry: Mapping[str, Any], is_id3: bool, encoding: Encoding) -> Mapping[str, Any]:  # noqa: FBT001
    tags, guessed = {}, {}
    for raw_name, raw_text in entry.get("tags", {}).items():
        name, of_name = decode(raw_name, may_be_latin1=is_id3, encoding=encoding)
        tags[name], of_text = decode(str(raw_text), may_be_latin1=is_id3, encoding=encoding)
        if found := of_text or of_name:
            guessed[name] = found
    has_changed = tags != entry.get("tags", {})
    return {**entry, "tags": tags, "guessed": guessed} if guessed or has_changed else entry


def _bytes(text: str, *, may_be_latin1: bool) -> bytes | None:
    """Return the bytes of a text in the file; None where it is what the file says."""
    data = text.encode("utf-8", _BEYOND_UTF_8)
    if not is_utf_8(data):
        return data
    latin1 = _latin1_bytes(text) if may_be_latin1 else None
    return None if latin1 is None else Latin1(latin1)


def _latin1_bytes(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None
