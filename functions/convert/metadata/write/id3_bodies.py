"""The content of ID3v2 frames (id3.org, ID3v2.4.0 native frames): everything behind a frame's header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..model.tags import Entry, Picture

    # The details of a field's name, such as a role, with its entries.
    Found = Sequence[tuple[str, Entry]]

V2_3, V2_4 = 3, 4
_LATIN_1, _UTF_16, _UTF_8 = b"\0", b"\1", b"\3"
_UNKNOWN_LANGUAGE = "XXX"
# Milliseconds; lyrics.
_SYNCED = b"\2\1"
_LRC = re.compile(r"\[(\d+):(\d{1,2}(?:\.\d+)?)\]([^\n]*)")
_MAX_RATING, _MAX_MS = 255, 0xFFFFFFFF


class _Text:
    """Text in an encoding that fits all of it, as one frame needs it."""

    def __init__(self, all_of_it: str, version: int) -> None:
        is_latin = version == V2_3 and all(ord(letter) < 256 for letter in all_of_it)  # noqa: PLR2004
        self.mark = _UTF_8 if version == V2_4 else _LATIN_1 if is_latin else _UTF_16
        self._codec = {_UTF_8: "utf-8", _LATIN_1: "latin-1", _UTF_16: "utf-16"}[self.mark]

    def plain(self, text: str) -> bytes:
        return text.encode(self._codec, "replace")

    def ended(self, text: str) -> bytes:
        return self.plain(text) + bytes(2 if self.mark == _UTF_16 else 1)


def texts(values: Sequence[str], version: int) -> bytes:
    """Return a text frame; 2.4 separates values by zero bytes, 2.3 by a slash."""
    joined = ("\0" if version == V2_4 else "/").join(values)
    text = _Text(joined, version)
    return text.mark + text.plain(joined)


def user_text(description: str, values: Sequence[str], version: int) -> bytes:
    """Return a TXXX frame."""
    joined = ("\0" if version == V2_4 else "/").join(values)
    text = _Text(description + joined, version)
    return text.mark + text.ended(description) + text.plain(joined)


def url(value: str) -> bytes:
    """Return an address, which is in Latin-1; other characters are percent-encoded."""
    return quote(value, safe="".join(map(chr, range(33, 127)))).encode("ascii")


def picture(one: Picture, version: int) -> bytes:
    """Return an APIC frame."""
    text = _Text(one.description, version)
    mime = one.mime.encode("ascii", "replace")
    return text.mark + mime + b"\0" + bytes([one.kind]) + text.ended(one.description) + one.data


def _comments(found: Found, version: int) -> Iterator[bytes]:
    for (language, description), entries in _by_description(found).items():
        values = [entry.value for entry in entries]
        joined = ("\0" if version == V2_4 else "\n").join(values)
        yield _described(language, description, joined, version)


def _lyrics(found: Found, version: int) -> Iterator[bytes]:
    for (language, description), entries in _by_description(found).items():
        joined = "\n\n".join(entry.value for entry in entries)
        yield _described(language, description, joined, version)


def _described(language: str, description: str, value: str, version: int) -> bytes:
    text = _Text(description + value, version)
    return text.mark + _language(language) + text.ended(description) + text.plain(value)


def _by_description(found: Found) -> dict[tuple[str, str], list[Entry]]:
    """Group entries: of frames with the same language and description, readers keep one."""
    grouped: dict[tuple[str, str], list[Entry]] = {}
    for detail, entry in found:
        grouped.setdefault((entry.language, detail or entry.description), []).append(entry)
    return grouped


def _language(code: str) -> bytes:
    known = code if len(code) == len(_UNKNOWN_LANGUAGE) and code.isascii() else _UNKNOWN_LANGUAGE
    return known.encode("ascii")


def _synced_lyrics(found: Found, version: int) -> Iterator[bytes]:
    for _, entry in found:
        text = _Text(entry.description + entry.value, version)
        lines = b"".join(
            text.ended(line) + min(round(60_000 * int(minutes) + 1000 * float(seconds)), _MAX_MS).to_bytes(4)
            for minutes, seconds, line in _LRC.findall(entry.value)
        )
        yield text.mark + _language(entry.language) + _SYNCED + text.ended(entry.description) + lines


def _ratings(found: Found, _: int) -> Iterator[bytes]:
    for _detail, entry in found:
        if entry.value.isascii() and entry.value.isdigit():
            rating = min(int(entry.value[:4]), _MAX_RATING)
            yield entry.description.encode("latin-1", "replace") + b"\0" + bytes([rating])


def _identifiers(found: Found, _: int) -> Iterator[bytes]:
    for owner, entry in found:
        yield owner.encode("latin-1", "replace") + b"\0" + entry.value.encode()


def _people(found: Found, version: int) -> Iterator[bytes]:
    """Yield one list of roles and names; a performer's role is an instrument."""
    pairs = [text for role, entry in found for text in (role or entry.description, entry.value)]
    text = _Text("".join(pairs), version)
    yield text.mark + b"".join(map(text.ended, pairs))


def _user_urls(found: Found, version: int) -> Iterator[bytes]:
    for _, entry in found:
        text = _Text(entry.description, version)
        yield text.mark + text.ended(entry.description) + url(entry.value)


def _flag(found: Found, _: int) -> Iterable[bytes]:
    """Yield what iTunes marks podcasts with."""
    return [bytes(3) + b"\1"] if found[0][1].value != "0" else []


BODIES: dict[str, Callable[[Found, int], Iterable[bytes]]] = {
    "COMM": _comments,
    "USLT": _lyrics,
    "SYLT": _synced_lyrics,
    "POPM": _ratings,
    "UFID": _identifiers,
    "TIPL": _people,
    "TMCL": _people,
    "IPLS": _people,
    "WXXX": _user_urls,
    "PCST": _flag,
}
