"""The Python client: create a task, upload, wait, download, or all of it in one call."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sonube.encoding import local_name
from sonube.errors import SonubeError
from sonube.naming import sanitized
from sonube.service import PATIENT_TRIES, Service
from sonube.task import Task, parse_task
from sonube.transfer import CHUNK_BYTES, Link, Uploader, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

POLL_FIRST_S, POLL_MOST_S = 0.3, 3.0
_ENDED = {
    "CANCELLED": "The task was cancelled.",
    "EXPIRED": "The task expired before its file was uploaded. Create a new one.",
    "FAILED": "The task failed.",
}
TIMEOUT_S = 3600.0


def _ignore(_: object) -> None:
    """The default callback: does nothing."""


class Sonube:
    """A Sonube service, used by one user.

    Args:
        url: address of the service, such as `https://sonube.example`.
        token: an ID token, or a function that returns a valid one.
        sleep: waits the given number of seconds; an exception from it ends the wait.
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
        """Convert a file and return the path of the result.

        Args:
            file: the file to convert.
            to: a format from `formats()`; optional if there is a preset.
            preset: a preset from `formats()`.
            out: the folder of the result; default: the folder of `file`.
            options: options of the format; they override those of the preset.
            overwrite: replace an existing file; otherwise the result is called `name (2).mp3`.
            timeout_s: time limit for the conversion.

        Raises:
            SonubeError: the request was refused, the task failed, or the service or the task took too long.
            OSError: the file cannot be read, or the result cannot be written.
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
        """Create a task for this file, without uploading it."""
        asked: dict[str, Any] = {
            "newFormat": to,
            "preset": preset,
            "options": dict(options) if options else None,
        }
        body = {name: value for name, value in asked.items() if value is not None}
        source = Path(file)
        body |= {"filename": sanitized(source.name), "sizeBytes": source.stat().st_size}
        return parse_task(self._service.call("POST", "/api/tasks", json=body))

    def upload(self, task: Task, file: str | Path, on_bytes: Callable[[int], None] = _ignore) -> None:
        """Upload the file to the task's URL; a large upload resumes after a broken connection."""
        source = Path(file)
        # Only the answer to a creation has upload URLs; for other tasks, request new ones.
        found = task.raw if "upload" in task.raw else self._service.call("POST", f"{_path(task.id)}/upload")
        request = found["upload"]
        uploader = Uploader(source, on_bytes, self._sleep)
        if source.stat().st_size <= CHUNK_BYTES:
            uploader.put_whole(request)
        else:
            uploader.put_resumable(request["resumable"])

    def wait(
        self, task_id: str, *, timeout_s: float = TIMEOUT_S, on_progress: Callable[[float], None] = _ignore
    ) -> Task:
        """Poll, less and less often, until the task is PROCESSED; tolerates two minutes without the service.

        Raises:
            SonubeError: the task ended otherwise (with its own code), or not in time (`still_running`).
        """
        deadline, pause = time.monotonic() + timeout_s, POLL_FIRST_S
        while time.monotonic() < deadline:
            task = parse_task(self._service.call("GET", _path(task_id), tries=PATIENT_TRIES))
            on_progress(task.progress)
            if task.state == "PROCESSED":
                return task
            if task.is_final:
                raise task.error or SonubeError(task.state.lower(), _ENDED[task.state])
            # Jitter, so that files that started together do not poll together.
            self._sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  # not a secret
            pause = min(POLL_MOST_S, pause * 1.3)
        raise SonubeError(
            "still_running", f"The task did not end within {timeout_s:g} s; it is still running."
        )

    def download(
        self,
        task: Task,
        folder: str | Path,
        on_bytes: Callable[[int], None] = _ignore,
        *,
        overwrite: bool = False,
    ) -> list[Path]:
        """Download every output of a processed task; each file appears only when it is complete."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        return [
            fetch(
                Link(output.url, partial(self._fresh_url, task.id, output.filename)),
                # Only the name: the service must not choose the folder.
                place / local_name(Path(output.filename).name),
                on_bytes,
                self._sleep,
                overwrite=overwrite,
            )
            for output in task.outputs
        ]

    def _fresh_url(self, task_id: str, filename: str) -> str:
        """A new download link."""
        task = self.get(task_id)
        urls = [output.url for output in task.outputs if output.url and output.filename == filename]
        if not urls:
            raise SonubeError("no_result", f"Task {task_id} ({task.state}) has no result named {filename}.")
        return urls[0]

    def get(self, task_id: str) -> Task:
        """One task."""
        return parse_task(self._service.call("GET", _path(task_id)))

    def tasks(self, state: str | None = None) -> Iterator[Task]:
        """All tasks of this user, newest first, fetched page by page."""
        query = {"state": state} if state else {}
        token: str | None = ""
        while token is not None:
            params = {**query, **({"pageToken": token} if token else {})}
            page = self._service.call("GET", "/api/tasks", params=params)
            yield from (parse_task(raw) for raw in page["tasks"])
            token = page["nextPageToken"]

    def cancel(self, task_id: str) -> Task:
        """Stop a task. One that has already ended is refused (`SonubeError`, status 409)."""
        return parse_task(self._service.call("POST", f"{_path(task_id)}/cancel"))

    def delete(self, task_id: str) -> None:
        """Delete a task and its files."""
        self._service.call("DELETE", _path(task_id))

    def formats(self) -> dict[str, Any]:
        """The output formats with their options and limits, and the presets; needs no token."""
        return self._service.call("GET", "/api/formats", signed=False)


def _path(task_id: str) -> str:
    return f"/api/tasks/{quote(task_id, safe='')}"
