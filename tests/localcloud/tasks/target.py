"""The target of tasks: a real HTTP server that records each request and answers by a script."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    def tasks_header(self, name: str) -> str | None:
        return self.headers.get(f"X-CloudTasks-{name}")


@dataclass(frozen=True)
class Reply:
    """One answer of the script; a held one is given when `let_go` says so."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    held: bool = False


class Target:
    """Answers 200 once the script is at its end."""

    def __init__(self) -> None:
        self.script: list[Reply] = []
        self.heard: list[Heard] = []
        self.at_work = self.at_work_max = 0
        self.cut_off = 0  # answers that were not read to their end
        self._changed = threading.Condition()
        self._let_go = threading.Semaphore(0)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer_with(self, *statuses: int) -> None:
        self.script = [Reply(status) for status in statuses]

    def receive(self, request: Heard) -> Reply:
        with self._changed:
            self.heard.append(request)
            self.at_work += 1
            self.at_work_max = max(self.at_work_max, self.at_work)
            reply = self.script.pop(0) if self.script else Reply()
            self._changed.notify_all()
        if reply.held:
            self._let_go.acquire()
        with self._changed:
            self.at_work -= 1
        return reply

    def let_go(self, answers: int = 1) -> None:
        """Give so many of the answers that are held, or will be."""
        self._let_go.release(answers)

    def wait_for(self, requests: int) -> list[Heard]:
        """The requests heard, once there are so many."""
        self.wait_until(lambda: len(self.heard) >= requests)
        return list(self.heard)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, HANG_S), f"heard only {len(self.heard)} requests"

    def close(self) -> None:
        self.let_go(1000)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(HANG_S)


def _handler(target: Target) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True
                target.cut_off += 1

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard = Heard(self.command, self.path, dict(self.headers.items()), body, time.time())
            reply = target.receive(heard)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815  # http.server's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """Say nothing: the tests look at what was heard."""

    return Handler
