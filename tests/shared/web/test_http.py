"""Responses of an Application: headers, problems, CORS."""

from __future__ import annotations

import io
import json

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from shared.domain.errors import Conflict, InvalidCredentials, QuotaExceeded, SonubeError, Unauthenticated
from shared.runtime.log import Log
from shared.web.http import Application, Call, Route, json_response


def client(*origins: str, log: io.StringIO | None = None, fails: Exception | None = None) -> Client:
    def handle(call: Call) -> Response:
        if fails:
            raise fails
        return json_response({"said": call.path["word"]})

    routes = [Route("GET", "/echo/<word>", handle), Route("POST", "/echo/<word>", handle)]
    application = Application(routes, frozenset(origins))

    def respond(request: Request) -> Response:
        return application.respond(request, Log(stream=log or io.StringIO()))

    return Client(Request.application(respond))


def test_request_id_is_in_the_response_and_in_every_log_line() -> None:
    log = io.StringIO()
    answer = client(log=log, fails=Conflict()).get("/echo/x")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]

    assert len(lines) == 2
    assert {answer.headers["X-Request-Id"]} == {line["requestId"] for line in lines}
    assert answer.headers["X-Request-Id"] == answer.get_json()["requestId"]


def test_problem_has_the_field_valid_values_and_retry_after() -> None:
    answer = client(fails=QuotaExceeded("At most 5.", field="f", valid=(1, 2), retry_after_s=7)).get(
        "/echo/x"
    )
    body = answer.get_json()

    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (
        429,
        "application/problem+json",
        "7",
    )
    assert (body["type"], body["detail"], body["field"], body["valid"]) == (
        "/docs/errors#quota_exceeded",
        "At most 5.",
        "f",
        [1, 2],
    )


@pytest.mark.parametrize("error", [RuntimeError("secret"), SonubeError("secret of ours")])
def test_internal_error_is_logged_and_not_disclosed(error: Exception) -> None:
    log = io.StringIO()
    answer = client(log=log, fails=error).get("/echo/x")

    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    assert '"severity": "ERROR"' in log.getvalue()


@pytest.mark.parametrize(
    ("error", "headers", "challenge"),
    [
        (Unauthenticated(), {}, 'Bearer realm="sonube"'),
        (Unauthenticated(), {"Authorization": "Basic YTpi"}, 'Bearer realm="sonube"'),
        (Unauthenticated(), {"Authorization": "Bearer x"}, 'Bearer realm="sonube", error="invalid_token"'),
        (InvalidCredentials(), {}, 'Bearer realm="sonube"'),
    ],
)
def test_every_401_has_www_authenticate(error: Exception, headers: dict[str, str], challenge: str) -> None:
    assert challenge == client(fails=error).get("/echo/x", headers=headers).headers["WWW-Authenticate"]


def test_error_for_a_wrong_method_lists_the_valid_ones() -> None:
    answer = client().put("/echo/x")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_head_is_get_without_a_body() -> None:
    answer = client().head("/echo/x")

    assert (answer.status_code, answer.data, answer.content_length) == (200, b"", 12)


def test_options_lists_the_methods_of_a_path() -> None:
    answer = client("*").options("/echo/x", headers={"Origin": "https://a.example"})

    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
    assert client().options("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("*",), "https://a.example", "*"),
        (("https://a.example",), "https://a.example", "https://a.example"),
        (("https://a.example",), "https://b.example", None),
        (("https://a.example",), None, None),
        ((), "https://a.example", None),
    ],
)
def test_only_allowed_origins_may_read_responses(
    origins: tuple[str, ...], origin: str | None, allowed: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = client(*origins).get("/echo/x", headers=headers)

    assert allowed == answer.headers.get("Access-Control-Allow-Origin")
    assert ("Origin" in answer.headers.get("Vary", "")) == (origins == ("https://a.example",))


def test_every_response_has_security_headers() -> None:
    headers = client().get("/echo/x").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("base", "headers", "sent"),
    [
        ("http://localhost", {}, None),
        ("https://sonube.example", {}, "max-age=31536000"),
        ("http://sonube.example", {"X-Forwarded-Proto": "https"}, "max-age=31536000"),
        ("http://sonube.example", {"X-Forwarded-Proto": "javascript"}, None),
    ],
)
def test_a_browser_that_came_by_https_never_comes_by_http_again(
    base: str, headers: dict[str, str], sent: str | None
) -> None:
    for path in ("/echo/x", "/nowhere"):
        answer = client("*").get(path, base_url=base, headers=headers)

        assert answer.headers.get("Strict-Transport-Security") == sent


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        ((), "http://localhost", 200),
        ((), "https://localhost", 403),
        ((), "http://localhost:8080", 403),
        ((), "null", 403),
        ((), "", 403),
        (("https://a.example",), "https://a.example", 200),
        (("https://a.example",), "https://b.example", 403),
        (("*",), "null", 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_another_origin_is_refused_even_where_a_browser_does_not_ask(
    method: str, origins: tuple[str, ...], origin: str, status: int
) -> None:
    answer = client(*origins).open("/echo/x", method=method, headers={"Origin": origin})

    assert answer.status_code == status
    assert status == 200 or answer.get_json()["code"] == "origin_not_allowed"
