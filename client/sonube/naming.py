"""Names of uploads and of results."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from pathlib import Path


def place(part: Path, target: Path, *, overwrite: bool) -> Path:
    """Move a finished file to its name, or to `name (2).mp3` and so on where that name is taken.

    Several files or runs may want the same name at the same time, so the name is reserved before the file
    is moved there.
    """
    if overwrite:
        return part.replace(target)
    for number in count(1):
        name = target if number == 1 else target.with_name(f"{target.stem} ({number}){target.suffix}")
        try:
            name.touch(exist_ok=False)
        except FileExistsError:
            continue
        return part.replace(name)
    raise AssertionError  # unreachable: count() never ends


def likely_name(file: Path, extension: str) -> str:
    """The name that the service gives the result: the stem with the format's extension, in NFC."""
    source, stem = normalize("NFC", file.name), normalize("NFC", file.stem)
    name = f"{stem}.{extension}"
    return name if name.casefold() != source.casefold() else f"{stem}-converted.{extension}"


def sanitized(name: str) -> str:
    """The name as JSON can hold it: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(name).decode(errors="replace")
