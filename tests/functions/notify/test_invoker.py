"""Only the invoker may call notify, on every route."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from functions.notify.invoker import Invoker
from functions.notify.routes import UseCases, application
from shared.domain.errors import Forbidden, Unauthenticated
from shared.runtime.log import Log

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
