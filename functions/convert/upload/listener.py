"""Decodes an output in a thread while it is uploaded, so that it need not be downloaded to be measured."""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..ffmpeg.loudness import Measurement

_POLL_S = 0.1
# For a decoder that is at the end of what it gets.
_GRACE_S = 2.0


class Heard(NamedTuple):
    """What was measured of the audio, and how long it is."""

    measurement: Measurement
    seconds: float


class Listener:
    """A binary file that passes what is written to a decoder, piece by piece.

    Attributes:
        heard: once the decoder has ended; None if it failed.
    """

    def __init__(self, listen: Callable[[Callable[[BinaryIO], None]], Heard]) -> None:
        self.heard: Heard | None = None
        self._pieces: Queue[bytes] = Queue(maxsize=1)
        self._ended, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listen,), name="listener", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> int:
        """Pass bytes on; wait until the decoder has taken those before them. Empty ones are the end."""
        while not (self._ended.is_set() or self._stopped.is_set()):
            with suppress(Full):
                self._pieces.put(data, timeout=_POLL_S)
                break
        return len(data)

    def finish(self) -> Heard | None:
        """Return what was measured up to here, the end; None if the decoder failed. Idempotent."""
        self.write(b"")
        self._thread.join()
        return self.heard

    def stop(self) -> None:
        """End the decoder where it is."""
        self._stopped.set()
        self._thread.join(_GRACE_S)

    def _run(self, listen: Callable[[Callable[[BinaryIO], None]], Heard]) -> None:
        # Whatever fails: the output is then measured afterwards, and fails again if it is at fault.
        with suppress(Exception):
            self.heard = listen(self._write_to)
        self._ended.set()

    def _write_to(self, into: BinaryIO) -> None:
        while not self._stopped.is_set():
            with suppress(Empty):
                piece = self._pieces.get(timeout=_POLL_S)
                if not piece:
                    break
                into.write(piece)
