"""The real functions while other clients send slowly, and while receivers of webhooks are silent."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from shared.webhooks.bounded import TESTS_MAX
from tests.users import User
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.throwaway import ThrowawayCloud

HALF = {
    "bodies": b"POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{",
    "headers": b"GET /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "large bodies": b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 70_000,
}


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A receiver to which the kernel connects, and which says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        yield server


@pytest.mark.parametrize("half", HALF.values(), ids=list(HALF))
def test_half_sent_requests_delay_no_other_client(user: User, half: bytes) -> None:
    where = urlsplit(user.url)
    with ExitStack() as held:
        for _ in range(60):
            connection = socket.create_connection((where.hostname, where.port), timeout=HANG_S)
            held.enter_context(connection)
            connection.sendall(half)

        assert user.call("GET", "/api/health").status_code == 200
        assert user.call("GET", "/api/tasks").status_code == 200


def test_webhook_tests_to_a_silent_receiver_delay_no_other_client(
    cloud: ThrowawayCloud, silent: socket.socket
) -> None:
    user, receiver = User(cloud.url).sign_up(), f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
    user.call("PUT", "/api/webhook", json={"url": receiver}).raise_for_status()
    answers: list[int] = []

    def test() -> None:
        own = User(cloud.url, session=user.session)
        own.http.headers.update(user.http.headers)
        answer = own.call("POST", "/api/webhook/test")
        assert answer.status_code == 200 or answer.json()["code"] == "busy"
        answers.append(answer.status_code)

    tests = [threading.Thread(target=test) for _ in range(90)]
    for each in tests:
        each.start()
    # The rest is answered at once, while the receiver says nothing to the first ones.
    wait_until(lambda: len(answers) >= 90 - TESTS_MAX, lambda: answers)

    assert user.call("GET", "/api/health").status_code == 200
    for _ in range(TESTS_MAX):
        silent.accept()[0].close()
    for each in tests:
        each.join()
    assert set(answers) == {200, 503}
