"""File names from users, and the object names derived from them."""

from __future__ import annotations

import re
import secrets
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from shared.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.formats import Format

TASK_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")
# An object name has at most 1,024 bytes of UTF-8, including the task's id and our suffixes.
MAX_FILENAME_BYTES = 800
MAX_FILENAME_CHARACTERS = 255
WAVEFORM_TYPE = "application/json"
# Control characters, line and paragraph separators, and Unicode's directional formatting characters, which
# make `gpj.exe` out of `exe.jpg`: ranges in the syntax that Python and ECMAScript share.
_UNSAFE = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
FILENAME_PATTERN = rf"^(?!\s*$)(?!\.{{1,2}}$)[^/\\{_UNSAFE}]+$"
# A lone surrogate cannot be encoded; JSON text never holds one.
_UNSAFE_CHARACTER = re.compile(rf"[{_UNSAFE}\ud800-\udfff]")


def new_task_id() -> str:
    """A random id of 22 URL-safe characters; not sequential, which would overload one shard of an index."""
    return secrets.token_urlsafe(16)


def parse_filename(raw: str, field: str = "filename") -> str:
    """A file name, in NFC and otherwise unchanged.

    Raises:
        InvalidField: it is empty, too long or a path, or has control or directional formatting characters.
    """
    name = unicodedata.normalize("NFC", raw)
    if not name.strip() or name in {".", ".."}:
        raise InvalidField(f"{field} is empty. Give the name of the file, such as song.wav.", field=field)
    if "/" in name or "\\" in name:
        raise InvalidField(f"{field} must be a file name without / and \\.", field=field)
    if _UNSAFE_CHARACTER.search(name):
        raise InvalidField(f"{field} contains a control or text-direction character. Remove it.", field=field)
    if len(name) > MAX_FILENAME_CHARACTERS or len(name.encode()) > MAX_FILENAME_BYTES:
        limit = f"{MAX_FILENAME_CHARACTERS} characters and {MAX_FILENAME_BYTES} bytes of UTF-8"
        raise InvalidField(f"{field} is too long; the limit is {limit}.", field=field)
    return name


def clean_filename(raw: str) -> str:
    """The nearest valid file name; for names that no user can correct."""
    kept = _UNSAFE_CHARACTER.sub("", unicodedata.normalize("NFC", raw))
    name = re.split(r"[/\\]", kept)[-1].strip()
    stem, dot, suffix = name.rpartition(".")
    tail = dot + suffix if len(suffix) < 16 else ""  # noqa: PLR2004  # no real extension is longer
    stem = (stem if dot and tail else name)[: MAX_FILENAME_CHARACTERS - len(tail)]
    while len((stem + tail).encode()) > MAX_FILENAME_BYTES:
        stem = stem[:-1]
    return stem + tail if (stem + tail).strip(". ") else "audio"


def source_object(task_id: str, filename: str) -> str:
    """The object name of a task's source."""
    return f"{task_id}/{filename}"


def output_objects(task_id: str, filename: str, forms: Sequence[Format]) -> list[str]:
    """The object names of the outputs: the source's stem with the format's extension.

    The names depend on the arguments only. They differ from each other and from the source's name, even on a
    file system that ignores case: `A.MP3` to mp3 becomes `A-converted.mp3`.
    """
    stem = _stem(filename)
    taken, names = {filename.casefold()}, []
    for form in forms:
        candidates = (stem, f"{stem}-converted", f"{stem}-{form.name}")
        numbered = (f"{stem}-{form.name}-{n}" for n in range(2, len(forms) + 3))
        free = (f"{c}.{form.extension}" for c in (*candidates, *numbered))
        name = next(n for n in free if n.casefold() not in taken)
        taken.add(name.casefold())
        names.append(f"{task_id}/{name}")
    return names


def waveform_object(source: str) -> str:
    """The object name of the waveform of a task's source.

    It has one extension more than the source and the outputs, so it differs from their names.
    """
    folder, slash, filename = source.partition("/")
    return f"{folder}{slash}{_stem(filename)}.waveform.json"


def part_prefix(task_id: str, attempt: str) -> str:
    """The prefix of the parts that an attempt composes its outputs from.

    They are in a subfolder of the task's folder, where no upload can be, so their events are ignored.
    """
    return f"{task_id}/parts/{attempt}"


def _stem(filename: str) -> str:
    return PurePosixPath(filename).stem if PurePosixPath(filename).suffix else filename
