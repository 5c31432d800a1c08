"""Only the invoker may call notify, on every route."""

from __future__ import annotations

import base64
import io
import json
import math
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from functions.notify.routes import UseCases, application
from shared.domain.errors import Forbidden, Unauthenticated
from shared.runtime.log import Log
from shared.web.invoker import Invoker

INVOKER = Invoker("invoker@p.iam.gserviceaccount.com", "https://notify.example")
VALID = {
    "iss": "https://accounts.google.com",
    "aud": "https://notify.example",
    "email": "invoker@p.iam.gserviceaccount.com",
    "email_verified": True,
    "exp": 2_000,
}


def authorization(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(VALID | claims).encode()).decode().rstrip("=")
    return f"Bearer e30.{payload}.SIGNATURE_REMOVED_BY_GOOGLE"


def test_the_invoker_is_accepted() -> None:
    INVOKER.check(authorization(), now_s=1_000)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "other@p"},
        {"email_verified": False},
        {"aud": "https://other"},
        {"iss": "https://evil"},
        {"email": None},
    ],
)
def test_another_caller_is_forbidden(claims: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        INVOKER.check(authorization(**claims), now_s=1_000)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer e30.W10.x", "Basic e30.e30.x", authorization(exp=10)],
)
def test_a_request_without_a_valid_token_is_unauthenticated(header: str) -> None:
    with pytest.raises(Unauthenticated):
        INVOKER.check(header, now_s=1_000)


@pytest.mark.parametrize(
    "exp", [math.nan, math.inf, -math.inf, True, None, "2000", "NaN", "inf", [2_000], {}, 2e400, 2000.5]
)
def test_a_token_whose_expiry_is_no_time_is_unauthenticated(exp: object) -> None:
    with pytest.raises(Unauthenticated):
        INVOKER.check(authorization(exp=exp), now_s=1_000)


@pytest.mark.parametrize("name", ["iss", "aud", "email", "email_verified"])
@pytest.mark.parametrize("value", [[], {}, ["https://notify.example"], 1, math.nan, "", None])
def test_a_claim_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises((Forbidden, Unauthenticated)):
        INVOKER.check(authorization(**{name: value}), now_s=1_000)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"exp": 1, "exp": 99999}',
        b'{"exp": 1e999}',
        b"[1]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        json.dumps({**VALID, "sub": "x"}).encode()[:-1] + b', "aud": "https://other"}',
    ],
)
def test_a_token_that_parsers_could_read_differently_is_refused(payload: bytes) -> None:
    encoded = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        INVOKER.check(f"Bearer e30.{encoded}.x", now_s=0)


def unused() -> Any:
    """A use case that no refused request may build."""
    raise AssertionError


APPLICATION = application(INVOKER, UseCases(unused, unused, unused))


@pytest.mark.parametrize(("method", "path"), sorted(APPLICATION.routes()))
def test_every_route_refuses_other_callers_before_it_does_anything(method: str, path: str) -> None:
    def respond(request: Request) -> Response:
        return APPLICATION.respond(request, Log(stream=io.StringIO()))

    client = Client(Request.application(respond))
    statuses = [
        client.open(path, method=method, json={}, headers={"Authorization": header}).status_code
        for header in ("", authorization(exp=2**40, email="other@p"))
    ]

    assert statuses == [401, 403]
