"""The client: create a task, upload, wait, download, or all of it in one call."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sonube.errors import SonubeError
from sonube.naming import sayable
from sonube.service import PATIENT_TRIES, Service
from sonube.task import Task, parse_task
from sonube.transfer import CHUNK_BYTES, Link, Uploader, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

POLL_FIRST_S, POLL_MOST_S = 0.3, 3.0
TIMEOUT_S = 3600.0


def _ignore(_: object) -> None:
    """Nobody listens."""


class Sonube:
    """A Sonube service, as one user sees it.

    Args:
        url: of the service, such as `https://sonube.example`.
        token: an ID token, or a function that gives a fresh one each time.
        sleep: waits so many seconds; whatever it raises ends what was waited for.
    """

    def __init__(
        self, url: str, token: str | Callable[[], str] = "", *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._sleep = sleep
        self._service = Service(url, token if callable(token) else lambda: token, sleep)

    def convert(
        self,
        file: str | Path,
        to: str | None = None,
        *,
        preset: str | None = None,
        out: str | Path | None = None,
        options: Mapping[str, Any] | None = None,
        overwrite: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> Path:
        """Convert a file and return where the result lies.

        Args:
            file: what to convert.
            to: a format that `formats()` lists; may be left out where there is a preset.
            preset: a preset that `formats()` lists.
            out: a folder; the file's own if none is given.
            options: as the API documents them; they win over the preset's.
            overwrite: replace a file of the result's name; else the result is called `name (2).mp3`.
            timeout_s: how long to wait for the conversion.

        Raises:
            SonubeError: refused, failed, unreachable or not done in time.
            OSError: the file cannot be read, or the result not be written.
        """
        source = Path(file)
        task = self.create(source, to, preset=preset, options=options)
        self.upload(task, source)
        done = self.wait(task.id, timeout_s=timeout_s)
        return self.download(done, Path(out) if out else source.parent, overwrite=overwrite)[0]

    def create(
        self,
        file: str | Path,
        to: str | None = None,
        *,
        preset: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Task:
        """A task that waits for this file."""
        asked: dict[str, Any] = {
            "newFormat": to,
            "preset": preset,
            "options": dict(options) if options else None,
        }
        body = {name: value for name, value in asked.items() if value is not None}
        source = Path(file)
        body |= {"filename": sayable(source.name), "sizeBytes": source.stat().st_size}
        return parse_task(self._service.call("POST", "/api/tasks", json=body))

    def upload(self, task: Task, file: str | Path, on_bytes: Callable[[int], None] = _ignore) -> None:
        """Send the file to the place that the task named; a large one resumes when the connection breaks."""
        source = Path(file)
        # Only a task that was just created says where; another is asked.
        told = task.raw if "upload" in task.raw else self._service.call("POST", f"{_path(task.id)}/upload")
        request = told["upload"]
        uploader = Uploader(source, on_bytes, self._sleep)
        if source.stat().st_size <= CHUNK_BYTES:
            uploader.put_whole(request)
        else:
            uploader.put_resumable(request["resumable"])

    def wait(
        self, task_id: str, *, timeout_s: float = TIMEOUT_S, on_progress: Callable[[float], None] = _ignore
    ) -> Task:
        """Poll, ever less often, until the task has ended well; a service that is away for two minutes too.

        Raises:
            SonubeError: it ended otherwise (the task's own code), or not in time (`still_running`).
        """
        deadline, pause = time.monotonic() + timeout_s, POLL_FIRST_S
        while time.monotonic() < deadline:
            task = parse_task(self._service.call("GET", _path(task_id), tries=PATIENT_TRIES))
            on_progress(task.progress)
            if task.state == "PROCESSED":
                return task
            if task.is_final:
                raise task.error or SonubeError(task.state.lower(), f"The task was {task.state.lower()}.")
            # Jitter: fifty files that were dropped together do not ask together.
            self._sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  # not a secret
            pause = min(POLL_MOST_S, pause * 1.3)
        raise SonubeError("still_running", f"The task did not end within {timeout_s:g} s.")

    def download(
        self,
        task: Task,
        folder: str | Path,
        on_bytes: Callable[[int], None] = _ignore,
        *,
        overwrite: bool = False,
    ) -> list[Path]:
        """Fetch every output of a processed task; each file appears whole or not at all."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        return [
            fetch(
                Link(output.url, partial(self._fresh_url, task.id, output.filename)),
                # A service is not trusted with where its files go.
                place / Path(output.filename).name,
                on_bytes,
                self._sleep,
                overwrite=overwrite,
            )
            for output in task.outputs
        ]

    def _fresh_url(self, task_id: str, filename: str) -> str:
        """A download link that has its whole life before it."""
        task = self.get(task_id)
        urls = [output.url for output in task.outputs if output.url and output.filename == filename]
        if not urls:
            raise SonubeError("no_result", f"Task {task_id} is {task.state}: it has no {filename}.")
        return urls[0]

    def get(self, task_id: str) -> Task:
        """One task."""
        return parse_task(self._service.call("GET", _path(task_id)))

    def tasks(self, state: str | None = None) -> Iterator[Task]:
        """Every task of yours, newest first, read page by page."""
        query = {"state": state} if state else {}
        token: str | None = ""
        while token is not None:
            params = {**query, **({"pageToken": token} if token else {})}
            page = self._service.call("GET", "/api/tasks", params=params)
            yield from (parse_task(raw) for raw in page["tasks"])
            token = page["nextPageToken"]

    def cancel(self, task_id: str) -> Task:
        """Stop a task; one that has ended stays as it is (`SonubeError` 409)."""
        return parse_task(self._service.call("POST", f"{_path(task_id)}/cancel"))

    def delete(self, task_id: str) -> None:
        """Remove a task and its files."""
        self._service.call("DELETE", _path(task_id))

    def formats(self) -> dict[str, Any]:
        """Output formats with every option and its bounds, and the presets; needs no token."""
        return self._service.call("GET", "/api/formats", signed=False)


def _path(task_id: str) -> str:
    return f"/api/tasks/{quote(task_id, safe='')}"
