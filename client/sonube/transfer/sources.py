"""What is uploaded: a file, bytes or an open binary file. It must not change until it has been sent."""

from __future__ import annotations

import io
import os
import stat
import tempfile
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias

from sonube.errors import SonubeError, SourceChanged

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import TracebackType

Input: TypeAlias = "str | Path | bytes | bytearray | memoryview | BinaryIO"
UNNAMED = "audio"
# Bytes of a pipe that are kept in memory; more of them go to a temporary file.
KEPT_IN_MEMORY = 8 * 1024 * 1024
# Not on Windows, which has no pipes among its files.
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class Source:
    """An open source.

    Attributes:
        name: the file's name, for the task.
        begin: position of its first byte in `data`.
        path: of a file; None for bytes and open files.
        owned: whether leaving the context closes `data`.
        stamp: size and time of change when it was opened; None if it has none.
    """

    name: str
    data: BinaryIO
    begin: int
    size: int
    path: Path | None = None
    owned: bool = True
    stamp: tuple[int, int] | None = None

    def read_at(self, position: int, size: int) -> bytes:
        """Exactly these bytes.

        Raises:
            SourceChanged: the file is shorter than it was, or, at its end, it was written to.
            SonubeError: it cannot be read.
        """
        try:
            self.data.seek(self.begin + position)
            found = self.data.read(size)
            is_last = position + size >= self.size
            if len(found) < size or (is_last and self.stamp and self.stamp != _stamp(self.data)):
                raise self._changed()
        except OSError as error:
            # requests would take it for a failure of the network, and try again.
            raise SonubeError("file", f"{self.name}: {error.strerror or error}.") from error
        return found

    def _changed(self) -> SonubeError:
        return SourceChanged(
            "file_changed",
            f"{self.name} changed while it was being uploaded.",
            hint="Convert it again when it is complete.",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.owned:
            self.data.close()


def open_source(given: Input, name: str | None = None) -> Source:
    """Open what is to be uploaded.

    Args:
        given: a path, the bytes themselves, or a file open for reading in binary mode, read from where it is.
        name: the name of the file; default: its own.

    Raises:
        OSError: the file cannot be opened.
        SonubeError: it is not a regular file.
        TypeError: it is something else, such as a file in text mode.
    """
    if isinstance(given, str | Path):
        return _open_path(Path(given), name)
    if isinstance(given, bytes | bytearray | memoryview):
        data = io.BytesIO(given)
        return Source(name or UNNAMED, data, 0, data.getbuffer().nbytes)
    if not _is_binary(given):
        raise TypeError(f"Expected a path, bytes or a file opened with 'rb', not {given!r}.")
    own = getattr(given, "name", None)
    return _of_file(given, name or (Path(own).name if isinstance(own, str) else UNNAMED))


def opened(given: Input | Source) -> AbstractContextManager[Source]:
    """A context that opens what is to be uploaded; a source that is open already stays open behind it."""
    return nullcontext(given) if isinstance(given, Source) else open_source(given)


def _is_binary(given: object) -> bool:
    return hasattr(given, "read") and not isinstance(given, io.TextIOBase)


def _open_path(path: Path, name: str | None) -> Source:
    # Without O_NONBLOCK, opening a pipe that no one writes to would never return.
    number = os.open(path, os.O_RDONLY | _NONBLOCK | _BINARY)
    data = os.fdopen(number, "rb") if stat.S_ISREG(os.fstat(number).st_mode) else None
    if data is None:
        os.close(number)
        hint = "Give a file, or pipe the sound to `sonube convert -`."
        raise SonubeError("file", f"{path} is not a regular file.", hint=hint)
    stamp = _stamp(data)
    return Source(name or path.name, data, 0, stamp[0] if stamp else 0, path, stamp=stamp)


def _of_file(data: BinaryIO, name: str) -> Source:
    if not data.seekable():
        copy = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115  # closed with the source
        copyfileobj(data, copy)
        size = copy.tell()
        return Source(name, copy, 0, size)  # type: ignore[arg-type]  # a binary file in all but its type
    begin = data.tell()
    size = data.seek(0, io.SEEK_END) - begin
    data.seek(begin)
    return Source(name, data, begin, size, owned=False, stamp=_stamp(data))


def _stamp(data: BinaryIO) -> tuple[int, int] | None:
    """Size and time of change, in nanoseconds, of an open file; None if it has none."""
    with suppress(OSError, AttributeError, io.UnsupportedOperation):
        found = os.fstat(data.fileno())
        return found.st_size, found.st_mtime_ns
    return None
