"""Links: URLs of this API that work without an ID token, for one purpose, on one task, for some minutes.

A link carries a MAC under the task's own secret. It costs no call to make, so every response can hold all of
a task's links. The signed URL or upload session that it leads to is made when a client follows it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from shared.domain.errors import LinkExpired, NotFound

from ..inputs.fields import FILES
from .tasks import check_task_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.task import Task
    from shared.ports.clock import Clock
    from shared.ports.tasks import TaskStore

SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Link:
    """A path with a query, and when it expires."""

    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DownloadLinks:
    """The links to a task's files; None: the task has no waveform."""

    original: Link
    waveform: Link | None
    outputs: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and verifies links.

    Attributes:
        lifetime_s: a link is valid for at least this long and less than twice as long.
    """

    tasks: TaskStore
    clock: Clock
    lifetime_s: int

    def window(self) -> int:
        """Number of the current period of `lifetime_s`; all links made in it are the same."""
        return int(self.clock().timestamp()) // self.lifetime_s

    def upload_session(self, task: Task) -> Link:
        """The link that opens a resumable upload."""
        return self._link(task, f"/api/tasks/{task.id}/upload/session")

    def downloads(self, task: Task) -> DownloadLinks:
        """The links to the files of a processed task."""
        path, (converted, original, waveform) = f"/api/tasks/{task.id}/download", FILES
        numbers = map(str, range(len(task.outputs)))
        return DownloadLinks(
            self._link(task, path, file=original),
            self._link(task, path, file=waveform) if task.waveform else None,
            tuple(self._link(task, path, file=converted, output=number) for number in numbers),
        )

    def linked_task(self, task_id: str, path: str, query: Mapping[str, str]) -> Task:
        """The task of a link that a client follows.

        Raises:
            NotFound: this service did not make the link, or its task is gone.
            LinkExpired: the link has expired.
        """
        check_task_id(task_id)
        task = self.tasks.get(task_id)
        if task is None:
            raise NotFound
        self._verify(task, path, query)
        return task

    def _link(self, task: Task, path: str, **query: str) -> Link:
        """A link to `path`; it permits this query and no other."""
        expires = (self.window() + 2) * self.lifetime_s
        full = {**query, "expires": str(expires)}
        signed = urlencode({**full, SIGNATURE: _mac(task, path, full)})
        return Link(f"{path}?{signed}", datetime.fromtimestamp(expires, UTC))

    def _verify(self, task: Task, path: str, query: Mapping[str, str]) -> None:
        full = {name: value for name, value in query.items() if name != SIGNATURE}
        if not hmac.compare_digest(_mac(task, path, full).encode(), query.get(SIGNATURE, "").encode()):
            raise NotFound
        if int(full["expires"]) <= self.clock().timestamp():
            raise LinkExpired("The link has expired. Read the task to get a new one.")


def _mac(task: Task, path: str, query: Mapping[str, str]) -> str:
    message = f"{path}?{urlencode(sorted(query.items()))}"
    digest = hmac.digest(task.nonce.encode(), message.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()
