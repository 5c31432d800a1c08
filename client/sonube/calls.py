"""The calls of the Python client, one by one; `Sonube.convert` makes all of them."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sonube.errors import ConversionFailed, SonubeError, StillRunning
from sonube.naming import local_result, readable
from sonube.quotes import Quote, parse_quote, wave_duration_s
from sonube.service import PATIENT_TRIES, Service
from sonube.task import Task, parse_task
from sonube.transfer.downloads import Downloader, Link
from sonube.transfer.sources import opened
from sonube.transfer.uploads import Uploader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from sonube.transfer.sources import Input, Source

POLL_FIRST_S, POLL_MOST_S = 0.3, 3.0
_ENDED = {
    "CANCELLED": "The task was cancelled.",
    "EXPIRED": "The task expired before its file was uploaded. Create a new one.",
    "FAILED": "The task failed.",
}
TIMEOUT_S = 3600.0


def _ignore(_: object) -> None:
    """The default callback: does nothing."""


class TaskCalls:
    """Creates, reads and ends tasks, and transfers their files.

    Args:
        service: the API.
        sleep: waits the given number of seconds.
    """

    def __init__(self, service: Service, sleep: Callable[[float], None]) -> None:
        self._service, self._sleep = service, sleep

    def create(
        self,
        file: Input | Source,
        to: str | None = None,
        *,
        preset: str | None = None,
        options: Mapping[str, Any] | None = None,
        outputs: Sequence[Mapping[str, Any]] | None = None,
    ) -> Task:
        """Create a task for this file, without uploading it."""
        with opened(file) as source:
            body = _body(source, to, preset, options, outputs)
        return parse_task(self._service.call("POST", "/api/tasks", json=body))

    def quote(
        self,
        file: Input | Source,
        to: str | None = None,
        *,
        preset: str | None = None,
        options: Mapping[str, Any] | None = None,
        outputs: Sequence[Mapping[str, Any]] | None = None,
        duration_s: float | None = None,
    ) -> Quote:
        """What `create` and the conversion of this file would cost; nothing is created.

        Without `duration_s`, the length of the audio, only the most is known, except of a WAV, which says it.
        """
        with opened(file) as source:
            body = _body(source, to, preset, options, outputs)
            length_s = duration_s or wave_duration_s(source)
        body |= {"durationS": length_s} if length_s else {}
        return parse_quote(self._service.call("POST", "/api/quote", json=body))

    def upload(self, task: Task, file: Input | Source, on_bytes: Callable[[int], None] = _ignore) -> None:
        """Upload the file to the task's URL; a large upload resumes after a broken connection.

        Raises:
            SourceChanged: the file changed in the meantime; nothing has been uploaded.
        """
        with opened(file) as source:
            # Only the answer to a creation has upload URLs; for other tasks, request new ones.
            is_new = "upload" in task.raw
            found = task.raw if is_new else self._service.call("POST", f"{_path(task.id)}/upload")
            Uploader(source, on_bytes, self._sleep, self._service.web).put(found["upload"])

    def wait(
        self, task_id: str, *, timeout_s: float = TIMEOUT_S, on_progress: Callable[[float], None] = _ignore
    ) -> Task:
        """Poll, less and less often, until the task is PROCESSED; tolerates two minutes without the service.

        Raises:
            ConversionFailed: the task ended otherwise; `code` is that of its error.
            StillRunning: it did not end in time.
        """
        deadline, pause = time.monotonic() + timeout_s, POLL_FIRST_S
        while time.monotonic() < deadline:
            task = parse_task(self._service.call("GET", _path(task_id), tries=PATIENT_TRIES))
            on_progress(task.progress)
            if task.state == "PROCESSED":
                return task
            if task.is_final:
                raise task.error or ConversionFailed(task.state.lower(), _ENDED[task.state])
            # Jitter, so that files that started together do not poll together.
            self._sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  # not a secret
            pause = min(POLL_MOST_S, pause * 1.3)
        raise StillRunning(
            "still_running", f"The task did not end within {timeout_s:g} s; it is still running."
        )

    def download(
        self,
        task: Task,
        folder: str | Path,
        on_bytes: Callable[[int], None] = _ignore,
        *,
        overwrite: bool = False,
        names: Sequence[str] = (),
        source: str | None = None,
    ) -> list[Path]:
        """Download every output of a processed task; each file appears only when it is complete.

        Args:
            task: the task.
            folder: is created if it does not exist.
            on_bytes: called with the number of bytes so far, of all outputs together.
            overwrite: replace existing files; otherwise a result is called `name (2).mp3`.
            names: of the results; default: the service's.
            source: name of the local file, after which the results are named.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        downloader, before, paths = Downloader(self._service.web, self._sleep), 0, list[Path]()
        for number, output in enumerate(task.outputs):
            name = names[number] if number < len(names) else local_result(output.filename, source)
            paths.append(
                downloader.to_file(
                    self._link(task, number),
                    place / name,
                    lambda got, before=before: on_bytes(before + got),  # type: ignore[misc]  # the default binds
                    overwrite=overwrite,
                )
            )
            before += output.size_bytes or 0
        return paths

    def download_to(
        self, task: Task, file: BinaryIO, on_bytes: Callable[[int], None] = _ignore, *, output: int = 0
    ) -> None:
        """Download one output of a processed task into a file that is open for writing in binary mode.

        After a broken connection, a file that cannot seek, such as a pipe, could not take it up again, so the
        result is kept in a temporary file first.
        """
        Downloader(self._service.web, self._sleep).to_stream(self._link(task, output), file, on_bytes)

    def _link(self, task: Task, number: int) -> Link:
        return Link(task.outputs[number].url, partial(self._fresh_url, task.id, number))

    def _fresh_url(self, task_id: str, number: int) -> str:
        """A new download link."""
        task = self.get(task_id)
        url = task.outputs[number].url if number < len(task.outputs) else None
        if url is None:
            raise SonubeError("no_result", f"Task {task_id} ({task.state}) has no result {number + 1}.")
        return url

    def get(self, task_id: str) -> Task:
        """One task."""
        return parse_task(self._service.call("GET", _path(task_id)))

    def tasks(self, state: str | None = None) -> Iterator[Task]:
        """All tasks of this user, newest first, fetched page by page; without tags and tracks (see `get`)."""
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

    def usage(self) -> dict[str, Any]:
        """This month's tasks, minutes, bytes and money, and the cap, as the API returns them."""
        return self._service.call("GET", "/api/usage")

    def formats(self) -> dict[str, Any]:
        """The output formats with their options and limits, and the presets; needs no token."""
        return self._service.call("GET", "/api/formats", signed=False)


def _body(
    file: Source,
    to: str | None,
    preset: str | None,
    options: Mapping[str, Any] | None,
    outputs: Sequence[Mapping[str, Any]] | None,
) -> dict[str, Any]:
    """The body of a creation or a quote."""
    asked: dict[str, Any] = {
        "newFormat": to,
        "preset": preset,
        "options": dict(options) if options else None,
        "outputs": [dict(output) for output in outputs] if outputs is not None else None,
    }
    body = {name: value for name, value in asked.items() if value is not None}
    return body | {"filename": readable(file.name), "sizeBytes": file.size}


def _path(task_id: str) -> str:
    return f"/api/tasks/{quote(task_id, safe='')}"
