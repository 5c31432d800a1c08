"""A file that must not be opened and a server that must not be called; both count what happens."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

_IN_OPEN, _IN_ACCESS, _IN_NONBLOCK = 0x20, 0x01, 0o4000
_libc = ctypes.CDLL(None, use_errno=True)


class CanaryFile:
    """A file on which inotify reports every open and read."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        path.write_bytes(content)
        self._watch = _libc.inotify_init1(_IN_NONBLOCK)
        assert _libc.inotify_add_watch(self._watch, os.fsencode(path), _IN_OPEN | _IN_ACCESS) > 0

    def touches(self) -> int:
        """Return how often it was opened or read since the last call."""
        try:
            events = os.read(self._watch, 65_536)
        except BlockingIOError:
            return 0
        return len(events) // struct.calcsize("iIII")

    def close(self) -> None:
        os.close(self._watch)


class CanaryServer:
    """Accepts connections on a loopback port, counts them, and sends nothing."""

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(HANG_S)

    def touches(self) -> int:
        """Return the number of connections since the last call."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as own:
            own.recv(1)  # accepted in order: those before ours are counted when ours is closed
        count, self._connections = self._connections - 1, 0
        return count

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections += 1
            connection.close()
