"""gunicorn's threaded worker, made safe from slow clients: docs/adr/0019-slow-clients.md.

gunicorn hands a connection to a thread before its request has arrived, and the thread waits for headers and
body without a limit. Here the event loop collects requests, and a thread gets only one that has arrived. The
loop also waits for clients to read the response and close.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn.config import WorkerClass
from gunicorn.workers.gthread import ThreadWorker

from shared.domain.errors import RequestTimedOut
from shared.web.incoming import IncomingRequest, Progress

if TYPE_CHECKING:
    from gunicorn.workers.gthread import TConn

# For headers and body together, from the first byte; a request has at most 64 KiB.
ARRIVAL_S = 10.0
# For the rest of a large body, and for the client's close.
LINGER_S = 5.0
# The oldest are closed for further ones, below gunicorn's limit of 1000 connections.
COLLECTED_MAX = LINGERING_MAX = 600
READ_BYTES = 64 * 1024
# For a thread that reads or writes nevertheless: gunicorn sets no timeout, and the kernel's stays in force.
THREAD_IO_S = 10
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _problem(status: str, code: str, detail: str) -> bytes:
    body = json.dumps(
        {"type": f"/docs/errors#{code}", "status": int(status[:3]), "code": code, "detail": detail}
    )
    head = (
        f"Connection: close\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return f"HTTP/1.1 {status}\r\n{head}{body}".encode()


TIMED_OUT = _problem(
    "408 Request Timeout",
    RequestTimedOut.code,
    f"The request did not arrive within {ARRIVAL_S:g} s. Send it again.",
)
REFUSED = _problem(
    "431 Request Header Fields Too Large", "bad_request", "The headers or the framing are too long."
)


class CollectingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The worker. All methods run on its main thread."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # gunicorn's own
        super().__init__(*arguments, **options)
        # By the time of their end, the oldest first.
        self._collecting: dict[TConn, tuple[float, IncomingRequest]] = {}
        self._lingering: dict[socket.socket, float] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Collect a request, of a new connection or of one that had others; then give it to a thread."""
        if not conn.initialized:
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", THREAD_IO_S, 0))
            conn.init()
            conn.close = partial(self._close, conn.sock)
        conn.sock.settimeout(0)
        begun = conn.parser.unreader.take_buffered()
        incoming = IncomingRequest()
        if begun and self._handle(conn, incoming, incoming.add(begun)):
            return
        if len(self._collecting) >= COLLECTED_MAX:
            self._give_up(next(iter(self._collecting)))
        self._collecting[conn] = time.monotonic() + ARRIVAL_S, incoming
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._collect, conn))

    def murder_pending(self) -> None:
        """What gunicorn does every second; here, end what has taken too long."""
        super().murder_pending()
        now = time.monotonic()
        for conn, (end, _) in list(self._collecting.items()):
            if now < end and self.alive:
                break
            self._give_up(conn)
        for sock, end in list(self._lingering.items()):
            if now < end and self.alive:
                break
            self._abandon(sock)

    def _collect(self, conn: TConn, sock: socket.socket) -> None:
        if conn not in self._collecting:
            return  # given up for another one that became readable at the same moment
        incoming = self._collecting[conn][1]
        try:
            data = sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._handle(conn, incoming, incoming.add(data))
        elif incoming.data:
            # The client has sent all that it will: no thread waits for more.
            self._hand_over(conn, bytes(incoming.data))
        else:
            self._drop(conn)

    def _handle(self, conn: TConn, incoming: IncomingRequest, progress: Progress) -> bool:
        """Whether the request needs no more collecting."""
        match progress:
            case Progress.COMPLETE:
                self._hand_over(conn, bytes(incoming.data))
            case Progress.LARGE:
                self._hand_over(conn, incoming.closing())
            case Progress.REFUSED:
                self._drop(conn, REFUSED)
            case Progress.PARTIAL:
                if incoming.expects_continue:
                    incoming.expects_continue = False
                    self._send(conn.sock, CONTINUE)
                return False
        return True

    def _hand_over(self, conn: TConn, data: bytes) -> None:
        self._forget(conn)
        conn.sock.settimeout(None)
        conn.data_ready = True
        conn.parser.unreader.unread(data)
        super().enqueue_req(conn)

    def _give_up(self, conn: TConn) -> None:
        """Too late; a connection without a request is closed without a word."""
        self._drop(conn, TIMED_OUT if self._collecting[conn][1].data else b"")

    def _drop(self, conn: TConn, response: bytes = b"") -> None:
        self._forget(conn)
        self.nr_conns -= 1
        self._send(conn.sock, response)
        conn.close(graceful=bool(response))

    def _forget(self, conn: TConn) -> None:
        if self._collecting.pop(conn, None):
            self.poller.unregister(conn.sock)

    def _send(self, sock: socket.socket, data: bytes) -> None:
        """A few bytes, for which there is room in an empty buffer."""
        with suppress(OSError):
            sock.send(data)

    def _close(self, sock: socket.socket, graceful: bool = False) -> None:  # noqa: FBT001, FBT002  # gunicorn's form
        """Close; gracefully, without the reset that takes the response from a client that is still sending.

        RFC 9112, 9.6. gunicorn's own way waits up to two seconds for each client, on this thread.
        """
        if not (graceful and self.alive and _ends_writing(sock)):
            sock.close()
            return
        if len(self._lingering) >= LINGERING_MAX:
            self._abandon(next(iter(self._lingering)))
        self._lingering[sock] = time.monotonic() + LINGER_S
        self.poller.register(sock, selectors.EVENT_READ, self._discard)

    def _discard(self, sock: socket.socket) -> None:
        try:
            if not sock.recv(READ_BYTES):
                self._abandon(sock)
        except BlockingIOError:
            return
        except OSError:
            self._abandon(sock)

    def _abandon(self, sock: socket.socket) -> None:
        if self._lingering.pop(sock, None):
            self.poller.unregister(sock)
            sock.close()


def _ends_writing(sock: socket.socket) -> bool:
    """Whether the client is still connected; it then knows that the response has ended."""
    try:
        sock.settimeout(0)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        return False
    return True


def use_collecting_worker() -> None:
    """Have gunicorn use this worker: functions-framework, which starts it, has no setting for that."""
    WorkerClass.default = CollectingWorker
