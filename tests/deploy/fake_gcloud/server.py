"""Answers in the place of gcloud and curl: client.sh sends each command here, over loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.commands import answer
from tests.deploy.fake_gcloud.state import Cloud, Refused, Words

if TYPE_CHECKING:
    from collections.abc import Iterator


class Door(socketserver.TCPServer):
    """One command at a time, as the script gives them; `calls` is all that were given."""

    def __init__(self, things: dict[str, dict[str, Any]], fails: str, complaint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Command)
        self.cloud, self.fails, self.complaint = Cloud(things), fails, complaint
        self.calls: list[list[str]] = []
        self.port = int(self.server_address[1])

    def answer(self, directory: Path, program: str, arguments: list[str]) -> tuple[int, str]:
        """The exit status, and what is printed or complained."""
        self.calls.append([program, *arguments])
        if self.fails and self.fails in " ".join([program, *arguments]):
            return 1, f"ERROR: (gcloud) {self.complaint}\n"
        try:
            return 0, answer(self.cloud, program, Words.parse(arguments, directory), arguments)
        except Refused as refusal:
            return 1, f"ERROR: (gcloud) {refusal}\n"


class _Command(socketserver.StreamRequestHandler):
    server: Door
    timeout = 30

    def handle(self) -> None:
        text = b""
        while not text or text.count(b"\0") <= int(text.split(b"\0")[0]):
            text += self.request.recv(65536)
        directory, program, *arguments = text.decode().split("\0")[1:-1]
        status, answer = self.server.answer(Path(directory), program, arguments)
        self.wfile.write(f"{status}\n{answer}\0".encode())


@contextmanager
def standing_in(things: dict[str, dict[str, Any]], fails: str, complaint: str) -> Iterator[Door]:
    """Keeps `things` while deploy.sh runs; a command that has `fails` in it fails with that complaint."""
    with Door(things, fails, complaint) as door:
        threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield door
        finally:
            door.shutdown()
