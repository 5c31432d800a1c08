"""Takes the contents of ID3v2 frames apart: encodings, languages, descriptions, values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .decoding.text import decoded
from .found import Latin1, mime_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .found import Found, Text

_LATIN_1, _UTF_16, _UTF_16_BE, _UTF_8 = range(4)
# Characters that say how a file was encoded, or nothing.
_MARKS = "\ufeff\ufffe"
_NO_LANGUAGE = frozenset({"", "und", "xxx", "\0\0\0"})
# Roles of people that are fields of their own names.
ROLES = frozenset(
    {"arranger", "engineer", "producer", "mixer", "remixer", "composer", "lyricist", "conductor"}
)
_FRONT_COVER, _LAST_KIND = 3, 20
# Synchronised lyrics with times in ms (the other unit is MPEG frames), and what precedes their description.
_MILLISECONDS, _SYNCED_HEADER = 2, 6
_PICTURE, _MAX_DESCRIPTION = re.compile(rb"\xff\xd8\xff|\x89PNG"), 1024


def split(body: bytes, encoding: int) -> list[bytes]:
    """Split encoded text at its terminators, which two bytes make in UTF-16."""
    if encoding in {_LATIN_1, _UTF_8} or encoding > _UTF_8:
        return body.split(b"\0")
    pieces, begin, at = [], 0, body.find(b"\0\0")
    while at >= 0:
        at += (at - begin) % 2
        if body[at : at + 2] == b"\0\0":
            pieces.append(body[begin:at])
            begin = at + 2
            at = body.find(b"\0\0", begin)
        else:
            at = body.find(b"\0\0", at)
    return [*pieces, body[begin:]]


def decode(piece: bytes, encoding: int) -> Text:
    """Return a piece as text; what a frame calls Latin-1, or UTF-8 and is not, is left to be decoded."""
    if encoding == _LATIN_1:
        return Latin1(piece)
    if encoding in {_UTF_16, _UTF_16_BE}:
        even = piece[: len(piece) & ~1]
        return even.decode(_byte_order(even, encoding), "replace").strip(_MARKS)
    return piece


def _byte_order(piece: bytes, encoding: int) -> str:
    if piece[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16-le" if piece[:1] == b"\xff" else "utf-16-be"
    if encoding == _UTF_16_BE:
        return "utf-16-be"
    # Programs that forget the mark mostly write little-endian; zeros in front show the others.
    return "utf-16-be" if piece[::2].count(0) > piece[1::2].count(0) else "utf-16-le"


def texts(body: bytes, *, keep_first: bool = False, keep_empty: bool = False) -> list[Text]:
    """Return the values of a text frame.

    Args:
        body: an encoding, then text.
        keep_first: even if it is empty, because it is the description.
        keep_empty: all of them, but for a last one.
    """
    if not body:
        return []
    pieces = split(body[1:], body[0])
    if not pieces[-1].strip(b"\0"):
        pieces.pop()
    decoded = _with_one_mark(pieces, body[0])
    return [one for n, one in enumerate(decoded) if one or keep_empty or (keep_first and n == 0)]


def _with_one_mark(pieces: list[bytes], encoding: int) -> list[Text]:
    """Decode pieces; in UTF-16, the byte order of the first one is that of others without a mark."""
    mark = pieces[0][:2] if pieces and encoding == _UTF_16 else b""
    if mark not in {b"\xff\xfe", b"\xfe\xff"}:
        return [decode(piece, encoding) for piece in pieces]
    marked = (piece if piece[:2] in {b"", b"\xff\xfe", b"\xfe\xff"} else mark + piece for piece in pieces)
    return [decode(piece, encoding) for piece in marked]


def first_text(body: bytes) -> Text:
    """Return the first value of a text frame; empty if there is none."""
    return next(iter(texts(body)), "")


def plain(text: Text) -> str:
    """Return a text of which the ASCII part matters, such as a role or a date."""
    return text if isinstance(text, str) else bytes(text).decode("latin-1")


def described_text(body: bytes) -> tuple[str, Text, Text]:
    """Return language, description and text of a comment or of lyrics."""
    language = body[1:4].decode("latin-1").casefold().strip("\0 ")
    pieces = split(body[4:], body[0] if body else 0)
    if len(pieces) == 1:
        pieces.insert(0, b"")
    # A text may have terminators within, where a program wrote several values.
    description, *parts = _with_one_mark(pieces, body[0] if body else 0)
    values = [part for part in parts if part]
    text = values[0] if values else ""
    if len(values) > 1 and all(isinstance(value, str) for value in values):
        text = "\n".join(value for value in values if isinstance(value, str))
    elif len(values) > 1:
        joined = b"\n".join(value for value in values if isinstance(value, bytes))
        text = Latin1(joined) if isinstance(text, Latin1) else joined
    return "" if language in _NO_LANGUAGE else language[:3], description, text


def address(body: bytes) -> Text:
    """Return an address, which is in Latin-1 without saying so; iTunes says so."""
    return Latin1(body.lstrip(b"\0").partition(b"\0")[0])


def own_address(body: bytes) -> tuple[Text, Text]:
    """Return description and address."""
    encoding = body[0] if body else 0
    description, *rest = split(body[1:], encoding)
    if not rest:
        return "", Latin1(description)
    # Some programs write the address in UTF-16 as well.
    last = rest[0] if encoding in {_LATIN_1, _UTF_8} else body[1 + len(description) + 2 :]
    is_wide = last[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return decode(description, encoding), decode(last, _UTF_16) if is_wide else address(last)


def synced_lyrics(body: bytes) -> tuple[str, Text, str]:
    """Return language, description and the lines in LRC, which are empty where times are not in ms."""
    language = body[1:4].decode("latin-1").casefold().strip("\0 ")
    encoding = body[0] if body else 0
    if body[4:5] != bytes([_MILLISECONDS]):
        return "", "", ""
    width, begin = _width(encoding), _SYNCED_HEADER
    end = _end(body, begin, width)
    description = decode(body[begin:end], encoding)
    lines = []
    while (begin := end + width) < len(body):
        end = _end(body, begin, width)
        ms = int.from_bytes(body[end + width : end + width + 4])
        lines.append(f"{lrc_time(ms)}{_said(body[begin:end], encoding).strip()}")
        end += 4
    return "" if language in _NO_LANGUAGE else language[:3], description, "\n".join(lines)


def lrc_time(ms: int) -> str:
    """Return a time as LRC has it."""
    return f"[{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000 // 10:02}]"


def _width(encoding: int) -> int:
    return 1 if encoding in {_LATIN_1, _UTF_8} else 2


def _end(body: bytes, begin: int, width: int) -> int:
    """Return where a text ends: at its terminator, or with the frame."""
    at = body.find(bytes(width), begin)
    while width > 1 and at >= 0 and (at - begin) % width:
        at = body.find(bytes(width), at + 1)
    return len(body) if at < 0 else at


def _said(piece: bytes, encoding: int) -> str:
    return decoded(decode(piece, encoding))[0]


def add_picture(body: bytes, found: Found, *, has_long_mime: bool) -> None:
    """Add an attached picture; version 2.2 states its kind in three letters."""
    encoding = body[0] if body else 0
    if has_long_mime:
        mime, _, rest = body[1:].partition(b"\0")
    else:
        mime, rest = b"image/" + body[1:4].lower().replace(b"jpg", b"jpeg"), body[4:]
    kind, rest = (rest[0] if rest else 0), rest[1:]
    if b"-->" in mime:
        found.skip("APIC:-->")
        return
    width = _width(encoding)
    end = _end(rest[:_MAX_DESCRIPTION], 0, width)
    data, said = rest[end + width :], _said(rest[:end], encoding)
    # Some programs write one terminator where two belong, or none.
    if not mime_of(data) and (seen := _PICTURE.search(rest[:_MAX_DESCRIPTION])):
        data, said = rest[seen.start() :], ""
    found.add_picture(kind if kind <= _LAST_KIND else _FRONT_COVER, mime.decode("latin-1"), data, said)


def old_date(parts: Mapping[str, str]) -> str:
    """Return the date of a year, a day `DDMM` and a time `HHMM`, as ID3v2.3 has them."""
    year, day, time = parts.get("year", ""), parts.get("day", ""), parts.get("time", "")
    if not (re.fullmatch(r"\d{4}", year) and re.fullmatch(r"[0-3]\d[01]\d", day) and day != "0000"):
        return year
    date = f"{year}-{day[2:]}-{day[:2]}"
    return f"{date}T{time[:2]}:{time[2:]}" if re.fullmatch(r"[0-2]\d[0-5]\d", time) else date


def described(name: str, head: bytes) -> str:
    """Return the name of a frame with the owner that its content begins with: `PRIV:Google`."""
    owner = head.partition(b"\0")[0] if name in {"PRIV", "UFID"} else b""
    printable = "".join(c for c in owner.decode("latin-1") if c.isprintable())
    return f"{name}:{printable}" if printable else name
