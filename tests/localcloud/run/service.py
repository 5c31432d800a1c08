"""A running service of small HTTP servers, and what a test asks of it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.run.reaper import Reaper
from localcloud.run.service import InstanceView, Service
from localcloud.run.spec import PORT, LogLine, ServiceSpec
from tests.localcloud.background import Background
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from localcloud.run.messages import Response

HERE = Path(__file__).parent
APP = str(HERE / "app.py")


def spec(*arguments: str, **fields: Any) -> ServiceSpec:
    argv = (sys.executable, APP, PORT, *arguments)
    values = {"name": "echo", "argv": argv, "cwd": HERE, "env": {}, "startup_s": HANG_S, "grace_s": 5.0}
    return ServiceSpec(**{**values, **fields})


class Running:
    """A service on a loop of its own, and the lines that it wrote."""

    def __init__(self, spec: ServiceSpec) -> None:
        self.background = Background()
        self.lines: list[LogLine] = []
        self._reaper = Reaper("sonube-test-")
        self.service = self.background.run(self._new(spec))

    async def _new(self, spec: ServiceSpec) -> Service:
        return Service(spec, self.lines.append, self._reaper)

    def start(self) -> None:
        self.background.run(self.service.start())

    def get(self, path: str, **headers: str) -> Response:
        return self.background.run(self.service.request("GET", path, headers))

    def get_together(self, *paths: str) -> list[Response]:
        return self.background.run(self._get_all(paths))

    def get_held(self, requests: int, folder: Path) -> list[Response]:
        """Answers to requests of which each is answered once all are under way."""
        with self.busy(folder, requests) as answers:
            pass
        return answers.result(HANG_S)

    @contextmanager
    def busy(self, folder: Path, requests: int = 1) -> Iterator[Future[list[Response]]]:
        """Inside, so many requests are under way; their answers come afterwards."""
        go = folder / "go"
        answers = self.background.start(self._get_all([f"/until{go}"] * requests))
        wait_until(lambda: sum(each.active for each in self.instances) == requests)
        yield answers
        go.touch()
        answers.result(HANG_S)

    async def _get_all(self, paths: Sequence[str]) -> list[Response]:
        return await asyncio.gather(*(self.service.request("GET", path, {}) for path in paths))

    @property
    def instances(self) -> list[InstanceView]:
        return self.service.instances()

    def pid(self) -> int:
        return int(self.get("/").headers["X-Pid"])

    def stop(self) -> None:
        self.background.run(self.service.stop())

    def close(self) -> None:
        self.stop()
        self._reaper.close()
        self.background.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
