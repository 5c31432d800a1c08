"""The client: create a task, upload, wait, download, or all of it in one call."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from sonube.errors import SonubeError, of_answer
from sonube.task import Task, parse_task
from sonube.transfer import CHUNK_BYTES, fetch, put_resumable, put_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TIMEOUT_S = (10, 30)
POLL_FIRST_S, POLL_MOST_S = 0.3, 3.0


def _ignore(_: object) -> None:
    """Nobody listens."""


class Sonube:
    """A Sonube service, as one user sees it.

    Args:
        url: of the service, such as `https://sonube.example`.
        token: an ID token, or a function that gives a fresh one each time.
    """

    def __init__(self, url: str, token: str | Callable[[], str]) -> None:
        self._url = url.rstrip("/")
        self._token = token if callable(token) else lambda: token
        self._http = requests.Session()

    def convert(
        self,
        file: str | Path,
        to: str,
        *,
        out: str | Path | None = None,
        options: Mapping[str, Any] | None = None,
        timeout_s: float = 3600,
    ) -> Path:
        """Convert a file and return where the result lies.

        Args:
            file: what to convert.
            to: a format that `formats()` lists.
            out: a folder; the file's own if none is given.
            options: as the API documents them.
            timeout_s: how long to wait for the conversion.

        Raises:
            SonubeError: refused, failed, unreachable or not done in time.
        """
        source = Path(file)
        task = self.create(source.name, to, options=options)
        self.upload(task, source)
        done = self.wait(task.id, timeout_s=timeout_s)
        return self.download(done, Path(out) if out else source.parent)[0]

    def create(self, filename: str, to: str, *, options: Mapping[str, Any] | None = None) -> Task:
        """A task that waits for its file."""
        body: dict[str, Any] = {"filename": filename, "newFormat": to}
        if options:
            body["options"] = dict(options)
        return parse_task(self._call("POST", "/api/tasks", json=body))

    def upload(self, task: Task, file: Path, on_bytes: Callable[[int], None] = _ignore) -> None:
        """Send the file to the place that the task named; a large one resumes when the connection breaks."""
        request = task.raw["upload"]
        if file.stat().st_size <= CHUNK_BYTES:
            put_whole(request, file, on_bytes)
        else:
            put_resumable(request["resumable"], file, on_bytes)

    def wait(
        self, task_id: str, *, timeout_s: float = 3600, on_progress: Callable[[float], None] = _ignore
    ) -> Task:
        """Poll, ever less often, until the task has ended well.

        Raises:
            SonubeError: it ended otherwise (the task's own code), or not in time (`timed_out`).
        """
        deadline, pause = time.monotonic() + timeout_s, POLL_FIRST_S
        while time.monotonic() < deadline:
            task = self.get(task_id)
            on_progress(task.progress)
            if task.state == "PROCESSED":
                return task
            if task.is_final:
                raise task.error or SonubeError(task.state.lower(), f"The task was {task.state.lower()}.")
            # Jitter: fifty files that were dropped together do not ask together.
            time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  # not a secret
            pause = min(POLL_MOST_S, pause * 1.3)
        raise SonubeError("timed_out", f"The task did not end within {timeout_s:g} s.")

    def download(self, task: Task, folder: Path, on_bytes: Callable[[int], None] = _ignore) -> list[Path]:
        """Fetch every output; each file appears whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        # A service is not trusted with where its files go.
        return [fetch(str(o.url), folder / Path(o.filename).name, on_bytes) for o in task.outputs]

    def get(self, task_id: str) -> Task:
        """One task."""
        return parse_task(self._call("GET", f"/api/tasks/{task_id}"))

    def tasks(self, state: str | None = None) -> Iterator[Task]:
        """Every task of yours, newest first, read page by page."""
        query = {"state": state} if state else {}
        token: str | None = ""
        while token is not None:
            page = self._call(
                "GET", "/api/tasks", params={**query, **({"pageToken": token} if token else {})}
            )
            yield from (parse_task(raw) for raw in page["tasks"])
            token = page["nextPageToken"]

    def delete(self, task_id: str) -> None:
        """Remove a task and its files."""
        self._call("DELETE", f"/api/tasks/{task_id}")

    def formats(self) -> Mapping[str, Any]:
        """What the service converts to, with every option and its bounds."""
        return self._call("GET", "/api/formats", signed=False)

    def _call(self, method: str, path: str, *, signed: bool = True, **body: Any) -> dict[str, Any]:  # noqa: ANN401  # requests' own
        headers = {"Authorization": f"Bearer {self._token()}"} if signed else {}
        try:
            answer = self._http.request(method, self._url + path, headers=headers, timeout=TIMEOUT_S, **body)
        except requests.RequestException as error:
            raise SonubeError("unreachable", f"{self._url} cannot be reached.") from error
        if not answer.ok:
            raise of_answer(answer)
        return dict(answer.json()) if answer.content else {}
