"""A webhook receiver that records every webhook, and refuses some of them once."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"
# Events of 16 that are refused once.
REFUSED_OF_16 = 2


@dataclass(frozen=True, slots=True)
class Received:
    """One accepted webhook."""

    event: str
    type: str
    task_id: str


@dataclass
class Receiver:
    """Context manager that serves `url`."""

    received: list[Received] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The URL for webhooks."""
        return f"http://{HOST}:{self._server.server_port}/hook"

    def accept(self, event: str, body: bytes) -> bool:
        """Record a webhook, or refuse its event once."""
        if hashlib.sha256(event.encode()).digest()[0] % 16 < REFUSED_OF_16 and event not in self.refused:
            self.refused.add(event)
            return False
        content = json.loads(body)
        self.received.append(Received(event, content["type"], content["data"]["id"]))
        return True

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the library's name
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                good = receiver.accept(self.headers.get("webhook-id", ""), body)
                self.send_response(204 if good else 500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Do not log."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
