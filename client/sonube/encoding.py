"""File names and output in any locale: what its encoding lacks, as in `LC_ALL=C`, is written in UTF-8."""

from __future__ import annotations

import codecs
import io
import sys

# Name of the error handler, for `str.encode` and for streams.
ELSE_UTF8 = "sonube-else-utf-8"


def _utf8_bytes(error: UnicodeError) -> tuple[bytes, int]:
    """Encode what the codec could not; a byte that was decoded with `surrogateescape` stays that byte."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode(errors="surrogateescape"), error.end


codecs.register_error(ELSE_UTF8, _utf8_bytes)


def local_name(name: str) -> str:
    """Return the name as `open` and the other calls of this process can take it."""
    encoding = sys.getfilesystemencoding()
    return name.encode(encoding, ELSE_UTF8).decode(encoding, "surrogateescape")


def print_any_text() -> None:
    """Let standard output and standard error take every character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # click replaces an ASCII stream by one of its own, which loses bytes that are not UTF-8.
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else stream.encoding, errors=ELSE_UTF8)
