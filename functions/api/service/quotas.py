"""The limits of one user: how fast, how many at a time, how large, how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.errors import DeclaredTooLarge, DeclaredTooLong, QuotaExceeded
from shared.ports.admission import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports.admission import Admission, Usage
    from shared.ports.clock import Clock

MINUTE_US = 60_000_000
# Nobody can tell when somebody's tasks will end; a conversion takes seconds.
OPEN_RETRY_S = 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What one user may ask for.

    Attributes:
        open_tasks: that have not ended, at a time.
        per_minute: uploads and conversions.
        upload_bytes: of one file.
        duration_s: of one file's audio.
    """

    open_tasks: int
    per_minute: int
    upload_bytes: int
    duration_s: int

    def check_file(self, size_bytes: int | None, duration_s: float | None) -> None:
        """Refuse a file whose owner says already that it will not be taken; None where nothing was said."""
        if size_bytes is not None and size_bytes > self.upload_bytes:
            raise DeclaredTooLarge(
                f"The file has {size_bytes} bytes; at most {self.upload_bytes} are taken.", field="sizeBytes"
            )
        if duration_s is not None and duration_s > self.duration_s:
            said = f"The audio lasts {duration_s:.0f} s; at most {self.duration_s} s are taken."
            raise DeclaredTooLong(said, field="durationS")


@dataclass(frozen=True, slots=True)
class Quotas:
    """Keeps users to their limits.

    The counters are raised first and looked at afterwards, and what was too much is undone: that takes one
    call where it is not too much, which is nearly always.
    """

    intake: Admission
    limits: Limits
    clock: Clock

    def arrival(self) -> Arrival:
        """The step to take now."""
        moment = self.clock() - datetime.fromtimestamp(0, UTC)
        return Arrival(round(moment.total_seconds() * 1_000_000), MINUTE_US // self.limits.per_minute)

    def take_step(self, owner: str, *, started: int = 0) -> None:
        """Count an upload or a conversion that needs no new task.

        Raises:
            QuotaExceeded: it is too much; the message names the limit.
        """
        arrival = self.arrival()
        usage = self.intake.take_token(owner, arrival, started=started)
        self.check(
            owner,
            arrival,
            usage,
            lambda: self.intake.return_token(owner, arrival, started=started),
            coming=started,
        )

    def check(
        self, owner: str, arrival: Arrival, usage: Usage, undo: Callable[[], None], *, coming: int = 0
    ) -> None:
        """Look at the counters after a step.

        `started - ended` is never less than the number of open tasks, so they are only counted when it
        reaches the limit; that count serves until it reaches the limit again.

        Args:
            owner: whose they are.
            arrival: the request.
            usage: right after it.
            undo: takes it back.
            coming: tasks that the step has begun and that are not open yet.

        Raises:
            QuotaExceeded: it was too much, and is undone.
        """
        ahead_us = usage.tat_us - arrival.at_us
        if ahead_us > MINUTE_US:
            undo()
            raise QuotaExceeded(
                f"At most {self.limits.per_minute} uploads and conversions are taken in a minute.",
                retry_after_s=max(1, math.ceil((ahead_us - MINUTE_US) / 1_000_000)),
            )
        most = self.limits.open_tasks
        if usage.started - usage.ended <= most:
            return
        open_tasks = self.intake.count_open(owner, most + 1) + coming
        if open_tasks > most:
            undo()
            raise QuotaExceeded(
                f"At most {most} tasks may be open at a time: wait until one ends, or cancel or delete one.",
                retry_after_s=OPEN_RETRY_S,
            )
        # Only a count that did not stop at the limit tells how many have ended.
        self.intake.record_ended(owner, usage.started - open_tasks)
