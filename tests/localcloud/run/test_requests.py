"""What an instance gets, what comes back, and what it writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from aiohttp import web

from localcloud.run.ingress import REMOVED, UNAUTHENTICATED, ingress_app
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.localcloud.run.service import Running

INVOKER = "enqueuer@sonube.iam.gserviceaccount.com"


def verify(token: str, audience: str) -> Mapping[str, Any]:
    """Tokens here are `header.E-MAIL|AUDIENCE.signature`."""
    email, _, meant_for = token.removeprefix("header.").removesuffix(".signature").partition("|")
    if meant_for != audience:
        raise ValueError(audience)
    return {"email": email, "email_verified": True}


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Front:
    """A service behind its public address."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.url = running.background.run(self._serve())

    async def _serve(self) -> str:
        self._runner = web.AppRunner(ingress_app(self._running.service, verify))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def get(self, path: str = "/", token: str = "", **given: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(
            given.pop("method", "GET"), self.url + path, headers=headers, timeout=HANG_S, **given
        )

    def token(self, email: str = INVOKER) -> str:
        return f"header.{email}|{self.url}.signature"

    def close(self) -> None:
        self._running.background.run(self._runner.cleanup())


@pytest.fixture
def front(serve: Callable[..., Running]) -> Iterator[Callable[..., Front]]:
    all_of_them = []

    def start(**fields: Any) -> Front:
        front = Front(serve(**fields))
        all_of_them.append(front)
        return front

    yield start
    for each in all_of_them:
        each.close()


def test_path_body_host_and_repeated_headers_travel_unchanged(front: Callable[..., Front]) -> None:
    public = front()

    answer = public.get("/a%2Fb/%C3%B1?x=1&x=%2B", method="POST", data=b"bytes")

    assert answer.headers["X-Path"] == "/a%2Fb/%C3%B1?x=1&x=%2B"
    assert answer.headers["X-Host"] == public.url.removeprefix("http://")
    assert answer.headers["Set-Cookie"] == "a=1, b=2"
    assert answer.content == b"bytes"


def test_a_request_without_a_trace_gets_one_by_both_names(front: Callable[..., Front]) -> None:
    public = front()

    first, second = public.get().headers, public.get().headers
    trace, span = first["X-Trace"].split("-")[1:3]

    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", first["X-Trace"])
    assert first["X-Elder-Trace"] == f"{trace}/{int(span, 16)};o=1"
    assert first["X-Trace"] != second["X-Trace"]


@pytest.mark.parametrize(("name", "value"), [("traceparent", TRACE), ("X-Cloud-Trace-Context", "1/2;o=1")])
def test_a_callers_trace_is_kept(front: Callable[..., Front], name: str, value: str) -> None:
    headers = requests.get(front().url, headers={name: value}, timeout=HANG_S).headers

    assert value in {headers["X-Trace"], headers["X-Elder-Trace"]}
    assert "" in {headers["X-Trace"], headers["X-Elder-Trace"]}


def test_more_than_32_mib_are_a_413(front: Callable[..., Front]) -> None:
    assert front().get("/", method="POST", data=bytes(32 * 1024 * 1024 + 1)).status_code == 413


def test_a_private_service_refuses_the_anonymous(front: Callable[..., Front]) -> None:
    answer = front(invokers=frozenset([INVOKER])).get()

    assert (answer.status_code, answer.text) == (403, UNAUTHENTICATED)


def test_a_token_for_another_audience_is_a_401(front: Callable[..., Front]) -> None:
    answer = front(invokers=frozenset([INVOKER])).get(token=f"header.{INVOKER}|https://elsewhere.signature")

    assert (answer.status_code, answer.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")


def test_another_accounts_token_is_a_403(front: Callable[..., Front]) -> None:
    private = front(invokers=frozenset([INVOKER]))

    assert private.get(token=private.token("stranger@sonube.iam.gserviceaccount.com")).status_code == 403


def test_an_invoker_gets_through_and_the_service_sees_no_signature(front: Callable[..., Front]) -> None:
    private = front(invokers=frozenset([INVOKER]))
    token = private.token()

    answer = private.get(token=token)

    assert answer.status_code == 200
    assert answer.headers["X-Authorization"] == f"Bearer {token.removesuffix('.signature')}.{REMOVED}"


def test_a_flood_of_output_blocks_nothing_and_arrives_whole(serve: Callable[..., Running]) -> None:
    running = serve()

    answer = running.background.run(running.service.request("GET", "/say/x", {"X-Times": "3000000"}))

    assert answer.status == 200
    assert sum(len(line.text) for line in running.lines) == 3_000_000
    assert {line.pid for line in running.lines} == {running.pid()}
