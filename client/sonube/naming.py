"""Names of uploads and of results, as the service makes them and as this machine can store them."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from unicodedata import normalize

from sonube.encoding import local_name

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of nearly every file system, and of the service's results; encrypted home folders allow 143.
NAME_BYTES = 255
# What shows nothing; the service removes it from names. A test holds it equal to shared/domain/names.py.
_INVISIBLE = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ufeff\uffa0\ufff9-\ufffb"
)
_INVISIBLE_CHARACTER = re.compile(rf"[{_INVISIBLE}\ud800-\udfff]")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
_UNREADABLE = "\ufffd"


def visible(name: str) -> str:
    """The name in NFC without invisible characters, as the service shows it."""
    return normalize("NFC", _INVISIBLE_CHARACTER.sub("", name))


def readable(name: str) -> str:
    """A local name as Unicode text.

    Its bytes count as UTF-8 if they are; else as what this locale takes them for; else they become U+FFFD.
    """
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        has_other_bytes = any("\udc80" <= character <= "\udcff" for character in name)
        return raw.decode(errors="replace") if has_other_bytes else name


def one_line_of(name: object) -> str:
    """A name for a message: on one line, and without control characters for the terminal."""
    return _INVISIBLE_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", readable(str(name)))


def result_names(name: str, forms: Sequence[tuple[str, str]]) -> list[str]:
    """The names that the service gives the results of a local file.

    Args:
        name: of the file.
        forms: name and extension of each format.
    """
    source = visible(readable(name))
    stem, taken, names = _stem(source), {source.casefold()}, list[str]()
    for form, extension in forms:
        numbered = (f"-{form}-{n}.{extension}" for n in range(2, len(forms) + 3))
        ends = (f".{extension}", f"-converted.{extension}", f"-{form}.{extension}", *numbered)
        free = (_cut(stem, NAME_BYTES - len(end)) + end for end in ends)
        found = next(name for name in free if name.casefold() not in taken)
        taken.add(found.casefold())
        names.append(found)
    return names


def local_result(filename: str, source: str | None = None) -> str:
    """The service's name of a result as this machine spells it, never with a folder.

    Args:
        filename: of the result.
        source: name of the local file, whose bytes the result keeps where the service could not read them.
    """
    name = PurePosixPath(filename).name or "audio"
    sent = _stem(visible(readable(source))) if source else ""
    if source and _UNREADABLE in sent and name.startswith(sent):
        return _stem(source) + local_name(name.removeprefix(sent))
    return local_name(name, source or "")


def place(part: Path, target: Path, *, overwrite: bool) -> Path:
    """Move a finished file to its name, or to `name (2).mp3` and so on where that name is taken.

    Several files or runs may want the same name at the same time, so the name is reserved before the file
    is moved there. A name that is too long for the file system gets a shorter stem.
    """
    limit = _limit(target.parent)
    for number in count(1):
        name = fitting(target, "" if number == 1 else f" ({number})", limit)
        if overwrite:
            return part.replace(name)
        try:
            name.touch(exist_ok=False)
        except FileExistsError:
            continue
        return part.replace(name)
    raise AssertionError  # unreachable: count() never ends


def fitting(target: Path, added: str = "", limit: int = NAME_BYTES) -> Path:
    """The path with this added to its stem, and the stem cut to what the file system stores, in bytes."""
    end = added + target.suffix
    room = limit - len(os.fsencode(end))
    stem = target.stem
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1].rstrip(_JOINERS)
    return target.with_name(stem + end)


def _limit(folder: Path) -> int:
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # Windows; a file system that does not say
        return NAME_BYTES


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if PurePosixPath(name).suffix else name


def _cut(text: str, limit_bytes: int) -> str:
    if len(text.encode()) <= limit_bytes:
        return text
    return text.encode()[:limit_bytes].decode(errors="ignore").rstrip(_JOINERS)
