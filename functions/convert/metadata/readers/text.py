"""Decodes the texts of all tags of a file together: UTF-8 where the bytes are that, else one code page.

Windows-1252 is assumed, unless the option `tagEncoding` names another, or all texts together decide clearly.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from .encoding import WINDOWS_1252, decode_bytes
from .found import Latin1

if TYPE_CHECKING:
    from .found import Text

# But tabs and line breaks.
_CONTROL = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("\r\n?|\u2028")


def decoded(text: Text, code_page: str = WINDOWS_1252) -> tuple[str, str | None]:
    """Return a text in NFC without control characters, and its encoding where that had to be guessed."""
    if isinstance(text, str):
        return clean(text), None
    found, guessed = decode_bytes(bytes(text), is_latin1=isinstance(text, Latin1), code_page=code_page)
    return clean(found), guessed


def clean(text: str) -> str:
    """Return a text in NFC, with line feeds as its only control characters."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", _BREAKS.sub("\n", text)))
