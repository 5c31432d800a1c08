"""Errors of Identity Toolkit that localcloud does not return."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from shared.adapters.identity.accounts import IdentityToolkit
from shared.domain.errors import InvalidField, SonubeError, TooManyAttempts, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def answering() -> Iterator[Callable[[int, str], IdentityToolkit]]:
    """An Identity Toolkit with this response."""
    servers: list[HTTPServer] = []

    def start(status: int, body: str) -> IdentityToolkit:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Do not log."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return IdentityToolkit("key", f"127.0.0.1:{server.server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def error(message: str) -> str:
    return json.dumps({"error": {"code": 400, "message": message}})


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, error("PROJECT_NUMBER_MISMATCH"), Unauthenticated),
        (400, error("TOO_MANY_ATTEMPTS_TRY_LATER : Try again later."), TooManyAttempts),
        (400, error("PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing: [upper case]"), InvalidField),
        (400, error("OPERATION_NOT_ALLOWED"), Unavailable),
        (429, error("Quota exceeded for quota metric."), Unavailable),
        (502, "<html>Bad Gateway</html>", Unavailable),
        (200, "{", Unavailable),
    ],
)
def test_identity_toolkit_error_becomes_our_error(
    answering: Callable[[int, str], IdentityToolkit], status: int, body: str, expected: type[SonubeError]
) -> None:
    with pytest.raises(expected) as found:
        answering(status, body).refresh("token")

    told_when = found.value.retry_after_s is not None
    assert told_when == (expected in {TooManyAttempts, Unavailable})
