"""The fake gcloud and curl: client.sh sends each command here over loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.commands import execute
from tests.deploy.fake_gcloud.refusals import REFUSALS
from tests.deploy.fake_gcloud.state import Arguments, Cloud, GoogleError
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class FakeGcloud(socketserver.TCPServer):
    """Executes one command at a time, and records all of them in `calls`."""

    def __init__(
        self,
        resources: dict[str, dict[str, Any]],
        fails: str,
        error: str,
        refusals: tuple[str, ...],
        watch: Callable[[list[str]], None],
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Command)
        self.cloud, self.fails, self.error = Cloud(resources), fails, error
        self.refusals, self.watch = [REFUSALS[name] for name in refusals], watch
        self.calls: list[list[str]] = []
        self.port = int(self.server_address[1])

    def execute(self, directory: Path, program: str, arguments: list[str]) -> tuple[int, str]:
        """The exit status, and the output or the error."""
        if program == "sleep":
            self.cloud.sleep(float(arguments[0]))
            return 0, ""
        self.calls.append([program, *arguments])
        text = " ".join([program, *arguments])
        if self.fails and self.fails in text:
            return 1, f"ERROR: (gcloud) {self.error}\n"
        words = Arguments.parse(program, arguments, directory)
        try:
            for refusal in self.refusals:
                refusal(self.cloud, words, text)
            found = execute(self.cloud, program, words, arguments)
        except GoogleError as error:
            return 1, f"ERROR: (gcloud) {error}\n"
        self.watch([program, *arguments])
        return 0, found


class _Command(socketserver.StreamRequestHandler):
    server: FakeGcloud
    timeout = HANG_S

    def handle(self) -> None:
        text = b""
        while not text or text.count(b"\0") <= int(text.split(b"\0")[0]):
            text += self.request.recv(65536)
        directory, program, *arguments = text.decode().split("\0")[1:-1]
        status, output = self.server.execute(Path(directory), program, arguments)
        self.wfile.write(f"{status}\n{output}\0".encode())


@contextmanager
def fake_gcloud(
    resources: dict[str, dict[str, Any]],
    fails: str,
    error: str,
    refusals: tuple[str, ...],
    watch: Callable[[list[str]], None],
) -> Iterator[FakeGcloud]:
    """Serve while deploy.sh runs.

    Args:
        resources: of the cloud.
        fails: a command that contains this fails with that error.
        error: Google's words.
        refusals: names of `refusals.REFUSALS`.
        watch: is called with each command that worked, before its answer is sent.
    """
    with FakeGcloud(resources, fails, error, refusals, watch) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
