"""How our parsers read an upload: within bounds, whatever the file claims.

Every parser of uploaded bytes takes a `Reader` and reads through nothing else. None of them recurses: the
code fixes how deep they look. The sound does not depend on what they find, so `unless_complex` lets them give
up.
"""

from __future__ import annotations

import contextlib
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Self, TypeVar

from shared.domain.errors import Damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Found = TypeVar("Found")

MIB = 1 << 20
# A step takes one or two microseconds. A day of WavPack has as many blocks, at a step each.
MAX_STEPS = 300_000
# Of one read, which is in memory, and of all reads together.
MAX_READ_BYTES, MAX_BYTES = 4 * MIB, 32 * MIB
_STEPS_PER_CHECK = 256


class TooComplex(Damaged):
    """A parser has reached its bounds: it would take longer, or more memory, than any valid file needs."""

    title = "The structure of the file is too complex"


class Reader:
    """The bytes of a file, for one parser or a few.

    Attributes:
        size: of the file, in bytes.
    """

    def __init__(
        self,
        data: BinaryIO,
        size: int,
        check: Callable[[], None] | None = None,
        outer: Reader | None = None,
    ) -> None:
        """Read from an open file.

        Args:
            data: the file.
            size: its length.
            check: is called now and then; an exception from it ends the parser.
            outer: of the file that the data was read from.
        """
        self.size = size
        self._data, self._check, self._outer = data, check, outer
        self._steps = self._read_bytes = 0

    @classmethod
    def of(cls, data: bytes, check: Callable[[], None] | None = None) -> Self:
        """Return a reader of bytes in memory."""
        return cls(BytesIO(data), len(data), check)

    def at(self, position: int, length: int) -> bytes:
        """Return so many bytes from a position on, fewer at the end of the file.

        Raises:
            TooComplex: that is more than the bounds allow; and as `step`.
        """
        self.step()
        length = min(length, self.size - position)
        if position < 0 or length <= 0:
            return b""
        self._read_bytes += length
        if length > MAX_READ_BYTES or self._read_bytes > MAX_BYTES:
            raise TooComplex
        self._data.seek(position)
        return self._data.read(length)

    def part(self, data: bytes) -> Reader:
        """Return a reader of bytes that were read here, such as a tag; its steps are steps of this one."""
        return type(self)(BytesIO(data), len(data), outer=self)

    def tail(self, length: int) -> bytes:
        """Return so many bytes of the end, fewer if the file is shorter; raises as `at`."""
        begin = max(0, self.size - length)
        return self.at(begin, self.size - begin)

    def step(self) -> None:
        """Count a step of a loop, of which a read is one.

        Raises:
            TooComplex: there are more than the bounds allow.
            ConversionTimedOut, LeaseLost: the attempt must end, by its `check`.
        """
        if self._outer:
            self._outer.step()
        if self._check and self._steps % _STEPS_PER_CHECK == 0:
            self._check()
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooComplex


def read_long(data: Reader, begin: int, length: int) -> bytes:
    """Return so many bytes from a position on, however long a single read may be; raises as `Reader.at`."""
    ends = range(begin, begin + min(length, data.size), MAX_READ_BYTES)
    return b"".join(data.at(at, min(MAX_READ_BYTES, begin + length - at)) for at in ends)


@contextlib.contextmanager
def reading(file: Path, check: Callable[[], None] | None = None) -> Iterator[Reader]:
    """Open a file for parsers while the body runs."""
    with file.open("rb", buffering=0) as data:
        yield Reader(data, file.stat().st_size, check)


def unless_complex(parser: Callable[[Reader], Found], data: Reader, unknown: Found) -> Found:
    """Return what a parser finds; `unknown` if it gives up."""
    try:
        return parser(data)
    except TooComplex:
        return unknown
