"""Handler of `/api/usage`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.costs.prices import usd
from shared.domain.presentation.task import instant
from shared.web.http import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from shared.ports.accounts import Caller
    from shared.web.http import Call

    from ..service.usage import UsageReport, UserUsage

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class UsageHandlers:
    """What the caller has used."""

    usage: Callable[[], UserUsage]

    def get(self, call: Call, caller: Caller) -> Response:  # noqa: ARG002  # a handler takes the call
        """This month's tasks, minutes, bytes and money."""
        return json_response(_present(self.usage().report(caller)))


def _present(report: UsageReport) -> dict[str, Any]:
    used = report.used
    return {
        "month": used.month,
        "tasks": used.tasks,
        "audioMinutes": round(used.audio_s / _MINUTE_S, 1),
        "storedBytes": used.stored_bytes,
        "fetchedBytes": used.fetched_bytes,
        # What is left over by a deletion never shows as less than nothing.
        "costUsd": usd(max(0, used.nano_usd)),
        "reservedUsd": usd(max(0, used.reserved_nano_usd)),
        "capUsd": usd(report.cap_nano_usd),
        "renewsAt": instant(report.renews_at),
    }
