"""Clients that send slowly, or never read, and others that are served meanwhile."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.network.ports import free_port
from tests.machine import machine
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).with_name("slow_server.py")
ROOT = SOURCE.parents[3]
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
# Each holds a connection; a server with a thread for each connection has none left.
SLOW = {
    "nothing": b"",
    "half a line": b"POST / HT",
    "half the headers": HEAD,
    "no body": HEAD + b"Content-Length: 10\r\n\r\n",
    "half the body": HEAD + b"Content-Length: 10\r\n\r\nhello",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\na\r\nhello",
    "no last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a second request": HEAD + b"Content-Length: 2\r\n\r\nhi" + HEAD,
    "a response without a close": b"GET / HTTP/1.0\r\n\r\n",
    "the start of a large body": HEAD + b"Content-Length: 99999999\r\n\r\n" + b"x" * 70_000,
}


@contextmanager
def served(arrival_s: float) -> Iterator[int]:
    """The port of a running server."""
    port = free_port()
    environment = {**machine(), "ARRIVAL_S": str(arrival_s), "THREADS": "4", "PYTHONPATH": str(ROOT)}
    argv = ["-m", "functions_framework", "--target", "echo", "--source", str(SOURCE)]
    process = subprocess.Popen(
        [sys.executable, *argv, "--host", "127.0.0.1", "--port", str(port)], env=environment, cwd=ROOT
    )
    try:
        wait_until(lambda: listens(port), child=process)
        yield port
    finally:
        process.terminate()
        process.wait(HANG_S)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=HANG_S):
        return True
    return False


@pytest.fixture(scope="module")
def patient() -> Iterator[int]:
    with served(3600) as port:
        yield port


@pytest.fixture(scope="module")
def impatient() -> Iterator[int]:
    with served(0.1) as port:
        yield port


def connected(port: int, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=HANG_S)
    connection.sendall(data)
    return connection


def posted(port: int, body: bytes, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG_S)
    try:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("data", SLOW.values(), ids=list(SLOW))
def test_slow_clients_hold_no_thread(patient: int, data: bytes) -> None:
    with ExitStack() as held:
        for _ in range(60):
            held.enter_context(connected(patient, data))

        assert posted(patient, b"quick") == (200, b"quick")


def test_request_that_does_not_arrive_in_time_gets_408(impatient: int) -> None:
    for name in ("half a line", "half the headers", "half the body", "half a chunk"):
        with connected(impatient, SLOW[name]) as connection:
            answer = http.client.HTTPResponse(connection, method="POST")
            answer.begin()

            assert (answer.status, b"request_timed_out" in answer.read()) == (408, True)


def test_connection_without_a_request_is_closed(impatient: int) -> None:
    with connected(impatient, b"") as connection:
        assert connection.recv(1) == b""


def test_bytes_one_at_a_time_do_not_prolong_the_time(impatient: int) -> None:
    with connected(impatient, HEAD + b"Content-Length: 99999\r\n\r\n") as connection:
        connection.settimeout(0.01)

        def answered() -> bytes:
            with suppress(TimeoutError, OSError):
                connection.send(b"x")
            with suppress(TimeoutError):
                return connection.recv(100)
            return b""

        assert wait_until(answered).startswith(b"HTTP/1.1 408 ")


def test_slow_and_odd_requests_are_answered(patient: int) -> None:
    with connected(patient, b"") as connection:
        for byte in HEAD + b"Content-Length: 3\r\n\r\nabc":
            connection.sendall(bytes([byte]))
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        assert answer.read() == b"abc"
        # The same connection, two requests in one packet.
        connection.sendall((HEAD + b"Content-Length: 1\r\n\r\n1") + (HEAD + b"Content-Length: 1\r\n\r\n2"))
        # Both answers may arrive at once, and a reader of one would swallow the other.
        answers = b""
        while not answers.endswith(b"\r\n\r\n2"):
            answers += connection.recv(4096) or pytest.fail(f"closed after {answers!r}")
        assert (answers.count(b"HTTP/1.1 200 "), b"\r\n\r\n1HTTP" in answers) == (2, True)


def test_client_that_waits_for_continue_is_told_to(patient: int) -> None:
    with connected(patient, HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"abc")
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        assert answer.read() == b"abc"


def test_client_that_sends_a_large_body_gets_the_response(patient: int) -> None:
    assert posted(patient, os.urandom(5_000_000)) == (200, b"large")


def test_client_that_ends_early_gets_a_response(patient: int) -> None:
    with connected(patient, SLOW["half the body"]) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(12).startswith(b"HTTP/1.1 ")


def test_requests_with_endless_headers_are_refused(patient: int) -> None:
    with connected(patient, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 12_000) as connection:
        assert connection.recv(12) == b"HTTP/1.1 431"
