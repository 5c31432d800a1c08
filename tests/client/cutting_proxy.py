"""An HTTP proxy that cuts connections in the middle of a body, to simulate a bad network."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from tests.waiting import HANG_S

PIECE = 64 * 1024


class CuttingProxy:
    """Forwards requests, but cuts the first `cuts` bodies that are longer than `after` bytes.

    Args:
        cuts: number of connections to cut.
        after: bytes of a request or response body that are forwarded before the cut.

    Attributes:
        heads: of all requests.
    """

    def __init__(self, cuts: int = 0, after: int = 0) -> None:
        self.left, self.cut, self._after = cuts, 0, after
        self.heads: list[bytes] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        """The value for `http_proxy`."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                client.settimeout(HANG_S)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, ValueError, IndexError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(PIECE) or _end()
            head, _, body = head.partition(b"\r\n\r\n")
            self.heads.append(head)
            first, _, fields = head.partition(b"\r\n")
            method, target, version = first.split(b" ")
            parts = urlsplit(target.decode())
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            upstream = socket.create_connection((str(parts.hostname), int(parts.port or 80)), HANG_S)
            # One request per connection keeps the proxy simple.
            fields = b"\r\n".join(
                f for f in fields.split(b"\r\n") if not f.lower().startswith(b"connection:")
            )
            request = b" ".join([method, path.encode(), version]) + b"\r\n" + fields
            with upstream:
                upstream.sendall(request + b"\r\nConnection: close\r\n\r\n")
                threading.Thread(target=self._pass, args=(client, upstream, body), daemon=True).start()
                self._pass(upstream, client, b"")

    def _pass(self, source: socket.socket, sink: socket.socket, begun: bytes) -> None:
        passed = 0
        with suppress(OSError):
            piece = begun or source.recv(PIECE)
            while piece:
                passed += len(piece)
                if passed > self._after and self.cuts_now():
                    _break(source)
                    _break(sink)
                    return
                sink.sendall(piece)
                piece = source.recv(PIECE)

    def cuts_now(self) -> bool:
        """Whether to cut the connection that has passed `after` bytes; asked again for each further piece."""
        with self._lock:
            if not self.left:
                return False
            self.left, self.cut = self.left - 1, self.cut + 1
            return True


def _break(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _end() -> bytes:
    raise ConnectionError
