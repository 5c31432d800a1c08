"""A limit for simultaneous calls of users' URLs, which may take as long as their receivers like."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from shared.domain.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.webhooks.ports import Sender, WebhookResponse

# Of the 40 threads of an instance. The rest serves what calls no receiver.
TESTS_MAX = 4
DELIVERIES_MAX = 20
RETRY_AFTER_S = 5


class BoundedSender:
    """`Sender` that makes this many calls at a time, and refuses further ones at once."""

    def __init__(self, sender: Sender, limit: int) -> None:
        self._sender = sender
        self._limit = limit
        self._free = threading.BoundedSemaphore(limit)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """As the sender's.

        Raises:
            Busy: too many calls are being made.
        """
        if not self._free.acquire(blocking=False):
            raise Busy(
                f"This server waits for {self._limit} webhook receivers already. Try again.",
                retry_after_s=RETRY_AFTER_S,
            )
        try:
            return self._sender.post(url, body, headers)
        finally:
            self._free.release()
