"""The real function refuses hostile requests with the right error, and never with a 5xx."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

JSON = {"Content-Type": "application/json"}
BODY = b'{"filename":"a.wav","newFormat":"mp3"}'
MIB = 1024 * 1024


def name(filename: str) -> bytes:
    return json.dumps({"filename": filename, "newFormat": "mp3"}).encode()


def token(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode()


def raw(
    user: User, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], Any]:
    """One request exactly as written; no client normalises its path or headers."""
    parts = urlsplit(user.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=HANG_S)
    authorization = str(user.http.headers["Authorization"])
    connection.request(method, target, body, {"Authorization": authorization, **(headers or {})})
    answer = connection.getresponse()
    content = answer.read()
    found = {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    is_json = "json" in found.get("content-type", "")
    return answer.status, found, json.loads(content) if is_json and content else content


BODIES = [
    pytest.param(b"{", JSON, 400, "malformed_body", id="broken"),
    pytest.param(b"", JSON, 400, "malformed_body", id="empty"),
    pytest.param(b'{"a":1,"a":2}', JSON, 400, "malformed_body", id="a name twice"),
    pytest.param(b'{"filename":"\\ud800","newFormat":"mp3"}', JSON, 400, "malformed_body", id="half a pair"),
    pytest.param(b'{"a":' * 12_000, JSON, 400, "malformed_body", id="deep"),
    pytest.param(b"\xff\xfe{}", JSON, 400, "malformed_body", id="no UTF-8"),
    pytest.param(BODY, {}, 415, "unsupported_media_type", id="no type"),
    pytest.param(BODY, {"Content-Type": "text/plain"}, 415, "unsupported_media_type", id="another type"),
    pytest.param(b" " * (8 * MIB), JSON, 413, "body_too_large", id="huge"),
    pytest.param(b"x" * MIB, {"Content-Type": "a/b"}, 415, "unsupported_media_type", id="huge and wrong"),
    pytest.param(name("\u202e\u2028\u0000"), JSON, 422, "invalid_field", id="nothing visible"),
    pytest.param(name("🎵" * 201), JSON, 422, "invalid_field", id="too many bytes"),
    pytest.param(name("../../etc/passwd"), JSON, 422, "invalid_field", id="a path"),
]


@pytest.mark.parametrize(("data", "headers", "status", "code"), BODIES)
def test_an_invalid_body_gets_the_right_error(
    user: User, data: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answered, sent, problem = raw(user, "POST", "/api/tasks", data, headers)

    assert (answered, problem["code"], sent["content-type"]) == (status, code, "application/problem+json")
    assert sent["x-request-id"] == problem["requestId"]


@pytest.mark.parametrize("given", ["\u202egpj.exe", "g\u2028pj\u0000.exe", "\u200fgpj\u200e.exe"])
def test_a_name_is_stored_without_its_invisible_characters(user: User, given: str) -> None:
    created = user.create(given)

    assert (created["filename"], created["outputs"][0]["filename"]) == ("gpj.exe", "gpj.mp3")


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * 64 * 1024


@pytest.mark.parametrize(("count", "status"), [(1, 400), (64, 413)])
def test_a_chunked_body_has_a_size_limit(user: User, count: int, status: int) -> None:
    assert raw(user, "POST", "/api/tasks", pieces(count), JSON)[0] == status


@pytest.mark.parametrize("chunks", [b"zz\r\nabc\r\n0\r\n\r\n", b"3\r\nabcdef\r\n0\r\n\r\n", b"ff\r\nabc"])
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/api/tasks", 400, "malformed_body"), ("/api/health", 405, "method_not_allowed")],
)
def test_invalid_chunked_encoding_is_the_clients_error(
    user: User, chunks: bytes, path: str, status: int, code: str
) -> None:
    parts = urlsplit(user.url)
    authorization = str(user.http.headers["Authorization"])
    headers = JSON | {"Host": parts.netloc, "Authorization": authorization, "Transfer-Encoding": "chunked"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((parts.hostname, parts.port), timeout=HANG_S) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + chunks)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        problem = json.loads(answer.read())

    assert (answer.status, problem["code"]) == (status, code)
    assert answer.getheader("X-Request-Id") == problem["requestId"]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api", 404),
        ("GET", "/api//tasks", 404),
        ("GET", "/api/tasks/%2e%2e/formats", 404),
        ("GET", "/api/tasks/%00", 404),
        ("GET", "/api/tasks/%ff%fe", 404),
        ("GET", "/api/tasks/%F0%9F%8E%B5", 404),
        ("GET", "/api/tasks/a%2Fb", 404),
        ("GET", "/api/tasks?max=%D9%A3", 422),
        ("GET", "/api/tasks?state=%ff", 422),
        ("GET", "/api/tasks?state=", 422),
        ("GET", "/api/tasks?pageToken=%00", 422),
        ("GET", "/api/tasks?pageToken=WyIyMDI2LTAxLTAxIiwgIl9feF9fIl0=", 422),
        (
            "GET",
            "/api/tasks?pageToken=" + token('["0001-01-01T00:00:00+23:59","xxxxxxxxxxxxxxxxxxxxxx"]'),
            422,
        ),
        ("GET", "/api/tasks?pageToken=" + token("[" * 6000), 422),
        ("GET", "/api/tasks?max=" + "9" * 3000, 422),
        ("PATCH", "/api/tasks", 405),
        ("TRACE", "/api/formats", 405),
        ("BREW", "/api/health", 405),
        ("POST", "/api/formats", 405),
        ("GET", "/" + "x" * 8000, 404),
        ("GET", "/api/tasks/a%0d%0ab", 404),
        ("GET", "/favicon.ico", 404),
        ("POST", "/robots.txt", 404),
        ("OPTIONS", "*", 404),
    ],
)
def test_an_invalid_url_gets_the_right_error(user: User, method: str, target: str, status: int) -> None:
    answered, headers, problem = raw(user, method, target)

    assert (answered, problem["status"]) == (status, status)
    assert headers["x-request-id"] == problem["requestId"]


def test_a_wrong_method_gets_the_list_of_valid_ones(user: User) -> None:
    status, headers, problem = raw(user, "PATCH", "/api/tasks")

    assert (status, headers["allow"], problem["code"]) == (
        405,
        "GET, HEAD, OPTIONS, POST",
        "method_not_allowed",
    )


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer x.y.z", "Bearer " + "é" * 9])
def test_an_invalid_token_is_refused_with_a_challenge(user: User, header: str) -> None:
    sent = {"Authorization": header.encode().decode("latin-1")}
    status, headers, problem = raw(user, "GET", "/api/tasks", headers=sent)

    assert (status, problem["code"], headers["www-authenticate"].split(",")[0]) == (
        401,
        "unauthenticated",
        'Bearer realm="sonube"',
    )


def test_the_request_id_is_in_the_functions_log(user: User, cloud: ThrowawayCloud) -> None:
    request_id = raw(user, "GET", "/nowhere")[1]["x-request-id"]

    wait_until(lambda: request_id in cloud.log.read_text())


def test_a_page_under_another_name_of_this_machine_can_call_the_api(user: User) -> None:
    origin = {"Origin": user.url.replace("127.0.0.1", "localhost")}
    preflight = {**origin, "Access-Control-Request-Method": "PUT"}
    status, allowed, _ = raw(user, "OPTIONS", "/api/tasks/" + "x" * 22, headers=preflight)

    assert (status, allowed["access-control-allow-origin"]) == (204, origin["Origin"])
    assert "PUT" in allowed["access-control-allow-methods"]
    assert (
        raw(user, "GET", "/api/tasks", headers=origin)[1]["access-control-allow-origin"] == origin["Origin"]
    )
