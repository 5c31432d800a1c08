"""The limit for simultaneous calls of users' URLs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import Busy
from shared.webhooks.bounded import BoundedSender
from shared.webhooks.ports import WebhookResponse

if TYPE_CHECKING:
    from collections.abc import Mapping


class SilentReceiver:
    """Answers when `answers` is set."""

    def __init__(self) -> None:
        self.answers, self.called = threading.Event(), threading.Semaphore(0)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:  # noqa: ARG002  # the port's
        self.called.release()
        self.answers.wait()
        return WebhookResponse(200, "", 0)


def test_calls_over_the_limit_are_refused_until_one_ends() -> None:
    receiver = SilentReceiver()
    sender = BoundedSender(receiver, 2)
    calls = [threading.Thread(target=sender.post, args=("", b"", {})) for _ in range(2)]
    for call in calls:
        call.start()
        receiver.called.acquire()

    with pytest.raises(Busy) as refused:
        sender.post("", b"", {})
    receiver.answers.set()
    for call in calls:
        call.join()

    assert refused.value.retry_after_s
    assert sender.post("", b"", {}).is_success
