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
# The limit of a name on nearly every file system: a result must be storable wherever it is downloaded to.
MAX_RESULT_BYTES = 255
# What shows nothing: controls, line separators, soft hyphens, zero-width spaces, byte order marks, fillers,
# and directional marks, which phones put around Arabic or Hebrew, and which make `gpj.exe` out of `exe.jpg`.
# U+200C and U+200D stay: Persian words and emoji need them. In the syntax of Python and JavaScript.
INVISIBLE = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ufeff\uffa0\ufff9-\ufffb"
)
# At least one visible character, no slash, and neither `.` nor `..`.
_BLANK = rf"[\s{INVISIBLE}]*"
FILENAME_PATTERN = rf"^(?!{_BLANK}$)(?!{_BLANK}\.[{INVISIBLE}]*\.?{_BLANK}$)[^/\\]+$"
# A lone surrogate cannot be encoded; JSON text never holds one.
_INVISIBLE_CHARACTER = re.compile(rf"[{INVISIBLE}\ud800-\udfff]")
# Invisible at the end of a name, where there is nothing to join or to vary.
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def new_task_id() -> str:
    """A random id of 22 URL-safe characters; not sequential, which would overload one shard of an index."""
    return secrets.token_urlsafe(16)


def visible(raw: str) -> str:
    """The name in NFC without invisible characters: the one cleaning, for the API and for drops."""
    return unicodedata.normalize("NFC", _INVISIBLE_CHARACTER.sub("", raw))


def parse_email(raw: str, field: str = "email") -> str:
    """An e-mail address without what copying it has added: spaces around it, characters that show nothing.

    Raises:
        InvalidField: nothing is left.
    """
    email = _INVISIBLE_CHARACTER.sub("", raw).strip()
    if not email:
        raise InvalidField(f"{field} must be an e-mail address.", field=field)
    return email


def parse_filename(raw: str, field: str = "filename") -> str:
    """A file name, cleaned by `visible` and otherwise unchanged.

    Raises:
        InvalidField: it is empty, too long or a path.
    """
    name = visible(raw)
    if not name.strip() or name.strip() in {".", ".."}:
        raise InvalidField(f"{field} is empty. Give the name of the file, such as song.wav.", field=field)
    if "/" in name or "\\" in name:
        raise InvalidField(f"{field} must be a file name without / and \\.", field=field)
    if len(name) > MAX_FILENAME_CHARACTERS or len(name.encode()) > MAX_FILENAME_BYTES:
        limit = f"{MAX_FILENAME_CHARACTERS} characters and {MAX_FILENAME_BYTES} bytes of UTF-8"
        raise InvalidField(f"{field} is too long; the limit is {limit}.", field=field)
    return name


def clean_filename(raw: str) -> str:
    """The nearest valid file name; for names that no user can correct."""
    name = re.split(r"[/\\]", visible(raw))[-1].strip()
    stem, dot, suffix = name.rpartition(".")
    # No real extension is longer.
    tail = dot + suffix if dot and len(suffix) < 16 else ""  # noqa: PLR2004
    stem = (stem if tail else name)[: MAX_FILENAME_CHARACTERS - len(tail)]
    cleaned = cut(stem, MAX_FILENAME_BYTES - len(tail.encode())) + tail
    return cleaned if cleaned.strip() not in {"", ".", ".."} else "audio"


def cut(text: str, limit_bytes: int) -> str:
    """The beginning of a text that has no more bytes in UTF-8, and no half of a character at its end."""
    if len(text.encode()) <= limit_bytes:
        return text
    return text.encode()[:limit_bytes].decode(errors="ignore").rstrip(_JOINERS)


def source_object(task_id: str, filename: str) -> str:
    """The object name of a task's source."""
    return f"{task_id}/{filename}"


def output_objects(task_id: str, filename: str, forms: Sequence[Format]) -> list[str]:
    """The object names of the outputs: the source's stem with the format's extension.

    The names depend on the arguments only. They differ from each other and from the source's name, even on a
    file system that ignores case: `A.MP3` to mp3 becomes `A-converted.mp3`. A long stem is cut.
    """
    stem = _stem(filename)
    taken, names = {filename.casefold()}, []
    for form in forms:
        numbered = (f"-{form.name}-{n}.{form.extension}" for n in range(2, len(forms) + 3))
        ends = (
            f".{form.extension}",
            f"-converted.{form.extension}",
            f"-{form.name}.{form.extension}",
            *numbered,
        )
        free = (cut(stem, MAX_RESULT_BYTES - len(end)) + end for end in ends)
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
