"""Gives a finished file its name, without taking anybody else's."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def place(part: Path, target: Path, *, overwrite: bool) -> Path:
    """Move a finished file to its name, or to `name (2).mp3` and so on where that name is taken.

    Several files of one run, or several runs, may want one name at the same moment: the name is taken
    before the file is moved there.
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
    raise AssertionError  # count never ends
