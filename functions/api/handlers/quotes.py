"""Handler of `/api/quote`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.presentation.task import present_failure
from shared.domain.task import Failure
from shared.web.http import json_response

from ..inputs.new_task import parse_new_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.quotes import Quotes, TaskQuote


@dataclass(frozen=True, slots=True)
class QuoteHandlers:
    """What a task would cost."""

    quotes: Callable[[], Quotes]

    def make(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the caller
        """Time, money and queue of a task that the same body would create; nothing is created."""
        return json_response(_present(self.quotes().make(parse_new_task(call.body()))))


def _present(quote: TaskQuote) -> dict[str, Any]:
    queues = {None: "unknown", True: "long", False: "none"}
    shown: dict[str, Any] = {
        "seconds": quote.seconds,
        "mostSeconds": quote.most_seconds,
        "costUsd": quote.usd,
        "mostCostUsd": quote.most_usd,
        "queue": queues[quote.is_long],
    }
    if quote.refusal:
        shown["error"] = present_failure(Failure.of(quote.refusal))
    return shown
