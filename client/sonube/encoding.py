"""File names and output in any locale: what its encoding lacks, as in `LC_ALL=C`, is written in UTF-8."""

from __future__ import annotations

import codecs
import io
import os
import sys

# Name of the error handler, for `str.encode` and for streams.
ELSE_UTF8 = "sonube-else-utf-8"


def _utf8_bytes(error: UnicodeError) -> tuple[bytes, int]:
    """Encode what the codec could not; a byte that was decoded with `surrogateescape` stays that byte."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode(errors="surrogateescape"), error.end


codecs.register_error(ELSE_UTF8, _utf8_bytes)


def local_name(name: str, source: str = "") -> str:
    """Return the name as `open` and the other calls of this process can take it.

    Its bytes are in the locale's encoding. They are in UTF-8 if that has not all characters of it, or if the
    name of the source is in UTF-8 although the locale is not.
    """
    encoding = sys.getfilesystemencoding()
    try:
        raw = name.encode() if _is_utf8(os.fsencode(source)) else name.encode(encoding)
    except UnicodeEncodeError:
        raw = name.encode(errors="surrogateescape")
    return raw.decode(encoding, "surrogateescape")


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 and not ASCII, which most encodings contain."""
    try:
        return not raw.decode().isascii()
    except UnicodeDecodeError:
        return False


def print_any_text() -> None:
    """Let standard output and standard error take every character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # click replaces an ASCII stream by one of its own, which loses bytes that are not UTF-8.
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else stream.encoding, errors=ELSE_UTF8)
