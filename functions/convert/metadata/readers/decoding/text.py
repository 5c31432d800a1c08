"""Decodes the texts of all tags of a file together: UTF-8 where the bytes are that, else one code page.

Windows-1252 is assumed, unless the option `tagEncoding` names another, or all texts together decide clearly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..found import Latin1
from .code_pages import found_code_page
from .encoding import WINDOWS_1252, decode_bytes, is_utf_8

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..found import Text

# But tabs and line breaks.
_CONTROL = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("\r\n?|\u2028")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file's texts that are no UTF-8.

    Attributes:
        name: among `TAG_ENCODINGS`.
        is_stated: whether the user said so; else it is guessed.
    """

    name: str = WINDOWS_1252
    is_stated: bool = False

    @classmethod
    def of(cls, texts: Iterable[Text]) -> Encoding:
        """Return the one that all texts of a file together decide, or Windows-1252."""
        doubtful = (bytes(text) for text in texts if not isinstance(text, str))
        return cls(found_code_page(text for text in doubtful if not is_utf_8(text)) or WINDOWS_1252)


def decoded(text: Text, encoding: Encoding = Encoding()) -> tuple[str, str | None]:  # immutable
    """Return a text in NFC without control characters, and its encoding where that had to be guessed."""
    if isinstance(text, str):
        return clean(text), None
    found, guessed = decode_bytes(
        bytes(text),
        is_latin1=isinstance(text, Latin1),
        code_page=encoding.name,
        is_stated=encoding.is_stated,
    )
    return clean(found), guessed


def clean(text: str) -> str:
    """Return a text in NFC, with line feeds as its only control characters."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", _BREAKS.sub("\n", text)))
