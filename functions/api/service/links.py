"""Links that are good for one purpose on one task and for minutes, without an ID token or a call to sign.

Each carries a MAC under the task's own secret. Such a link costs nothing to make, so a task can be shown with
all of them; what it leads to, a signed URL or an upload session, is made when somebody follows it.
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.task import Task
    from shared.ports.clock import Clock

SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Link:
    """A path with a query, and when it ceases to work."""

    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and checks them.

    Attributes:
        lifetime_s: a link lives as long at least, and not twice as long.
    """

    clock: Clock
    lifetime_s: int

    def window(self) -> int:
        """Number of the present stretch of `lifetime_s`: all links made in it are the same."""
        return int(self.clock().timestamp()) // self.lifetime_s

    def make(self, task: Task, path: str, query: Mapping[str, str]) -> Link:
        """A link to `path` with this query.

        Args:
            task: what it is about; its secret signs.
            path: of the route.
            query: everything that the link permits; nothing else can be asked for with it.
        """
        expires = (self.window() + 2) * self.lifetime_s
        full = {**query, "expires": str(expires)}
        signed = urlencode({**full, SIGNATURE: _mac(task, path, full)})
        return Link(f"{path}?{signed}", datetime.fromtimestamp(expires, UTC))

    def check(self, task: Task, path: str, query: Mapping[str, str]) -> None:
        """Whether this very link was made by us and is still good.

        Raises:
            NotFound: it was not; whether there is such a task is not told.
            LinkExpired: it was.
        """
        full = {name: value for name, value in query.items() if name != SIGNATURE}
        if not hmac.compare_digest(_mac(task, path, full).encode(), query.get(SIGNATURE, "").encode()):
            raise NotFound
        if int(full["expires"]) <= self.clock().timestamp():
            raise LinkExpired("The link has expired: GET the task for a fresh one.")


def _mac(task: Task, path: str, query: Mapping[str, str]) -> str:
    message = f"{path}?{urlencode(sorted(query.items()))}"
    digest = hmac.digest(task.nonce.encode(), message.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()
