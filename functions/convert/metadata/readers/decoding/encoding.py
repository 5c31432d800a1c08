"""Decodes bytes whose encoding is not stated, or not as it is stated: by what they can be."""

from __future__ import annotations

import codecs
import re

from shared.domain.tag_encodings import TAG_ENCODINGS

UTF_8, WINDOWS_1252 = "UTF-8", "windows-1252"
# Control characters of Latin-1, which no one writes; Windows-1252 has quotation marks and dashes there.
_CONTROL = re.compile("[\x80-\x9f]")


def decode_bytes(
    data: bytes, *, is_latin1: bool, code_page: str = WINDOWS_1252, is_stated: bool = False
) -> tuple[str, str | None]:
    """Return bytes as text, and the encoding where that had to be guessed.

    Args:
        data: the bytes.
        is_latin1: whether the file calls them that; they are, unless there would be control characters.
        code_page: of bytes that are no UTF-8, among `TAG_ENCODINGS`.
        is_stated: whether the user said so.
    """
    if is_utf_8(data):
        return data.decode(), UTF_8 if is_latin1 and not data.isascii() else None
    if is_latin1 and code_page == WINDOWS_1252 and not _CONTROL.search(text := data.decode("latin-1")):
        return text, None
    if (whole := _whole_utf_8(data)) is not None:
        return whole, UTF_8
    # A field of fixed length may cut the last character, which is left out.
    decoder = codecs.getincrementaldecoder(TAG_ENCODINGS[code_page])("replace")
    return decoder.decode(data), None if is_stated else code_page


def is_utf_8(data: bytes) -> bool:
    """Return whether bytes are valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _whole_utf_8(data: bytes) -> str | None:
    """Return the characters of UTF-8, without a last one that was cut; None for other text."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # One incomplete character proves nothing: "café" in Latin-1 ends like that.
        is_cut = error.reason == "unexpected end of data" and not data[: error.start].isascii()
        return data[: error.start].decode() if is_cut else None
