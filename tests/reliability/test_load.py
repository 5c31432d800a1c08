"""The load generator with few users, against the real functions and against failing ones."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from lab.load_generator import STEPS, LoadGenerator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.throwaway import ThrowawayCloud


class Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_load_scenario_has_no_errors(cloud: ThrowawayCloud) -> None:
    generator = LoadGenerator(cloud.url, 12)
    generator.sign_up()
    body, found = generator.work()

    assert '"id"' in body
    assert dict.fromkeys(STEPS, (12, 0)) == {s: (len(f.each_s), f.errors) for s, f in found.items()}
    assert all(answered.percentile_ms(99) > 0 for answered in found.values())


def test_refusals_and_missing_responses_are_errors(refusing: str) -> None:
    found = LoadGenerator(refusing, 3).request_baseline(refusing)
    missing = LoadGenerator(refusing, 3).request_baseline("http://127.0.0.1:9")

    assert (found.errors, missing.errors) == (12, 12)
