"""Errors of Identity Toolkit that localcloud does not return."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from shared.adapters.identity.accounts import IdentityToolkit
from shared.adapters.identity.lookup import UserLookup
from shared.domain.errors import (
    InvalidField,
    SignInNotSetUp,
    SignUpClosed,
    SonubeError,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)
from shared.ports.accounts import SignIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def serving() -> Iterator[Callable[[int, str], str]]:
    """Starts a server with this response; its host and port."""
    servers: list[HTTPServer] = []

    def start(status: int, body: str) -> str:
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
        return f"127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def answering(serving: Callable[[int, str], str]) -> Callable[[int, str], IdentityToolkit]:
    """An Identity Toolkit with this response."""

    def start(status: int, body: str) -> IdentityToolkit:
        url = f"http://{serving(status, body)}"
        return IdentityToolkit(SignIn("key", url, url))

    return start


def error(message: str, **more: object) -> str:
    return json.dumps({"error": {"code": 400, "message": message, **more}})


def blocked(reason: str) -> str:
    """As Google words it for a key that is meant for web pages of some addresses (djerik/dagen-ha#14)."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return error("Requests from referer <empty> are blocked.", status="PERMISSION_DENIED", details=details)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, error("PROJECT_NUMBER_MISMATCH"), Unauthenticated),
        (400, error("TOO_MANY_ATTEMPTS_TRY_LATER : Try again later."), TooManyAttempts),
        (400, error("PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing: [upper case]"), InvalidField),
        (400, error("ADMIN_ONLY_OPERATION"), SignUpClosed),
        (400, error("OPERATION_NOT_ALLOWED"), SignInNotSetUp),
        (400, error("API key not valid.", details=[{"reason": "API_KEY_INVALID"}]), SignInNotSetUp),
        (403, blocked("API_KEY_HTTP_REFERRER_BLOCKED"), SignInNotSetUp),
        (401, error("Firebase App Check token is invalid.", status="UNAUTHENTICATED"), SignInNotSetUp),
        (429, error("Quota exceeded for quota metric.", status="RESOURCE_EXHAUSTED"), TooManyAttempts),
        (429, error("Quota exceeded for quota metric."), Unavailable),
        (400, json.dumps({"error": "invalid_grant"}), Unavailable),
        (400, "[]", Unavailable),
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
    assert type(found.value) is expected
    assert told_when == (expected in {TooManyAttempts, Unavailable})


def test_setting_that_google_refuses_is_named(answering: Callable[[int, str], IdentityToolkit]) -> None:
    with pytest.raises(SignInNotSetUp, match="API_KEY_HTTP_REFERRER_BLOCKED"):
        answering(403, blocked("API_KEY_HTTP_REFERRER_BLOCKED")).sign_in("ana@example.com", "correct horse")


def test_too_many_sign_ups_say_how_long_and_where_else(
    answering: Callable[[int, str], IdentityToolkit],
) -> None:
    with pytest.raises(TooManyAttempts, match=r"100 accounts an hour.*sonube login --sign-up") as found:
        answering(400, error("TOO_MANY_ATTEMPTS_TRY_LATER")).sign_up("ana@example.com", "correct horse")

    assert found.value.retry_after_s == 3600


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, error("Missing permission", status="PERMISSION_DENIED")), (200, "[]"), (200, "{"), (404, "gone")],
)
def test_lookup_of_an_account_that_fails_accepts_no_token(
    serving: Callable[[int, str], str], status: int, body: str
) -> None:
    with pytest.raises(Unavailable):
        UserLookup("project", serving(status, body)).check_not_revoked("uid", 0)
