"""A receiver of webhooks whose behaviour depends on the path."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

GIB = 1024**3
LONG_TEXT = "é" * 4000


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The received requests, and how much of an endless answer was sent.

    Attributes:
        url: address without a path.
        behaviour: path → behaviour, if it differs from the path.
        closing: ends the hanging answers.
    """

    url: str
    received: list[Received] = field(default_factory=list)
    behaviour: dict[str, str] = field(default_factory=dict)
    sent_bytes: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> list[Received]:
        """The requests to one path."""
        return [one for one in self.received if one.path == path]

    def counts(self) -> Counter[str]:
        """How often each path was called."""
        return Counter(one.path for one in self.received)

    def wait_for(self, path: str, count: int = 1) -> list[Received]:
        """The requests to one path, once there are this many."""
        wait_until(lambda: len(self.at(path)) >= count, self.counts)
        return self.at(path)


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.receiver
        receiver.received.append(Received(self.path, dict(self.headers), body))
        before = len(receiver.at(self.path)) - 1
        kind = receiver.behaviour.get(self.path, self.path).strip("/").partition("/")[0]
        getattr(self, f"_{kind}")(before)

    def _ok(self, _before: int) -> None:
        self._answer(200, "taken")

    def _fails(self, _before: int) -> None:
        self._answer(500, "out of order")

    def _recovers(self, before: int) -> None:
        self._answer(200 if before >= 2 else 503, "later" if before < 2 else "taken")

    def _gone(self, _before: int) -> None:
        self._answer(410, "no longer here")

    def _moved(self, _before: int) -> None:
        self._answer(302, "over there", Location="/ok/redirected")

    def _busy(self, before: int) -> None:
        self._answer(200 if before else 429, "slowly", **{"Retry-After": "2"})

    def _chatty(self, _before: int) -> None:
        self._answer(200, LONG_TEXT)

    def _hangs(self, before: int) -> None:
        """Only once, since waiting for each attempt takes too long."""
        if before:
            return self._ok(before)
        self.receiver.closing.wait(HANG_S)
        return None

    def _drips(self, before: int) -> None:
        if before:
            return self._ok(before)
        self._send(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while self._send(b"x") and not self.receiver.closing.wait(0.1):
            pass
        return None

    def _closes(self, _before: int) -> None:
        self.connection.close()

    def _babbles(self, _before: int) -> None:
        self._send(b"SSH-2.0-OpenSSH_9.2\r\n")

    def _gigabyte(self, _before: int) -> None:
        self._send(f"HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n".encode())
        chunk, sent = b"x" * 65536, 0
        while sent < GIB and self._send(chunk):
            sent += len(chunk)
        self.receiver.sent_bytes += sent

    def _send(self, data: bytes) -> bool:
        try:
            self.wfile.write(data)
        except OSError:
            return False
        return True

    def _answer(self, status: int, text: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: what comes in is written down anyway."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The default of 5 makes the sixth caller of a moment wait a second for its SYN to be sent again.
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Nothing: that callers hang up is what is tried here."""


@contextmanager
def receiving(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listens on a free port of one of this machine's addresses."""
    server = _Server((host, 0), type("Handler", (_Handler,), {}))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(f"{'https' if tls else 'http'}://{host}:{server.server_port}")
    server.RequestHandlerClass.receiver = receiver  # type: ignore[attr-defined]  # of the class made above
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
