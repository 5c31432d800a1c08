"""Quotas of one user: rate, open tasks, money, file size and duration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.costs.ledger import next_month
from shared.domain.costs.prices import usd
from shared.domain.errors import DeclaredTooLarge, DeclaredTooLong, QuotaExceeded, SpendingCapReached
from shared.ports.admission import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.task import Task
    from shared.ports.admission import Admission, StoredResponse, Usage
    from shared.ports.clock import Clock

MINUTE_US = 60_000_000
# When a user's open tasks will end cannot be known; most conversions take seconds.
OPEN_TASKS_RETRY_S = 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one user.

    Attributes:
        open_tasks: tasks that are not final, at a time.
        per_minute: uploads and conversions.
        upload_bytes: size of one file.
        duration_s: duration of one file's audio.
        nano_usd: money per month (UTC), in nano-dollars.
    """

    open_tasks: int
    per_minute: int
    upload_bytes: int
    duration_s: int
    nano_usd: int = 1 << 62

    def check_declared(self, size_bytes: int | None, duration_s: float | None) -> None:
        """Refuse a file before its upload, if the size or duration that the client declares is too large."""
        if size_bytes is not None and size_bytes > self.upload_bytes:
            message = f"The file is {size_bytes} bytes large; the limit is {self.upload_bytes} bytes."
            raise DeclaredTooLarge(message, field="sizeBytes")
        if duration_s is not None and duration_s > self.duration_s:
            message = f"The audio is {duration_s:g} s long; the limit is {self.duration_s} s."
            raise DeclaredTooLong(message, field="durationS")


@dataclass(frozen=True, slots=True)
class Quotas:
    """Enforces a user's rate and number of open tasks.

    The counters are raised first, checked after, and lowered again if the request is over a limit: one call
    for every request within its limits.
    """

    admission: Admission
    limits: Limits
    clock: Clock

    def admit(self, task: Task, response: StoredResponse | None, *, expected: int = 0) -> Task:
        """Store a new task, together with the response to a request with an Idempotency-Key.

        Args:
            task: the new task.
            response: to store, if there is a key.
            expected: nano-dollars that the task will cost at least, beyond its creation.

        Raises:
            SpendingCapReached: the month's money is used up; nothing is stored.
            QuotaExceeded: the user has too many open tasks or creates them too fast; nothing is stored.
            AlreadyExists: the task or a response under the key exists.
        """
        arrival = self._arrival()
        stored, usage = self.admission.admit(task, arrival, response)

        def undo() -> None:
            self.admission.withdraw(stored, arrival, response)

        self._check_money(arrival, usage, undo, expected)
        self._check(task.owner, arrival, usage, undo)
        return stored

    def charge(self, owner: str, *, started: int = 0, spends: bool = False) -> None:
        """Count an upload or a conversion that needs no new task.

        Args:
            owner: the user.
            started: 1 if a final task becomes open again.
            spends: whether the request leads to a conversion.

        Raises:
            SpendingCapReached: the month's money is used up.
            QuotaExceeded: the request is over a limit; the message names it.
        """
        arrival = self._arrival()
        usage = self.admission.take_token(owner, arrival, started=started)

        def undo() -> None:
            self.admission.return_token(owner, arrival, started=started)

        if spends:
            self._check_money(arrival, usage, undo)
        self._check(owner, arrival, usage, undo, reopened=started)

    def _arrival(self) -> Arrival:
        now = self.clock() - datetime.fromtimestamp(0, UTC)
        return Arrival(round(now.total_seconds() * 1_000_000), MINUTE_US // self.limits.per_minute)

    def _check_money(
        self, arrival: Arrival, usage: Usage, undo: Callable[[], None], expected: int = 0
    ) -> None:
        """Raise SpendingCapReached, after `undo`, if this month has no money left for what is expected."""
        if usage.spent + expected <= self.limits.nano_usd:
            return
        undo()
        now = datetime.fromtimestamp(arrival.at_us / 1_000_000, UTC)
        again = next_month(now)
        raise SpendingCapReached(
            f"The cap is {usd(self.limits.nano_usd):g} USD per month; {usd(usage.spent):g} USD are spent. "
            f"It works again on {again.date().isoformat()}, 00:00 UTC. To delete files gives back what it "
            "would cost to keep them.",
            retry_after_s=math.ceil((again - now).total_seconds()),
        )

    def _check(
        self, owner: str, arrival: Arrival, usage: Usage, undo: Callable[[], None], *, reopened: int = 0
    ) -> None:
        """Raise QuotaExceeded, after `undo`, if the counters are over a limit.

        `started - ended` is never less than the number of open tasks, so they are only counted when it
        reaches the limit; that count serves until it reaches the limit again.
        """
        ahead_us = usage.tat_us - arrival.at_us
        if ahead_us > MINUTE_US:
            undo()
            raise QuotaExceeded(
                f"The limit is {self.limits.per_minute} uploads and conversions a minute.",
                retry_after_s=max(1, math.ceil((ahead_us - MINUTE_US) / 1_000_000)),
            )
        limit = self.limits.open_tasks
        if usage.started - usage.ended <= limit:
            return
        # A reopened task is not stored as open yet.
        open_tasks = self.admission.count_open(owner, limit + 1) + reopened
        if open_tasks > limit:
            undo()
            raise QuotaExceeded(
                f"The limit is {limit} open tasks. Wait until one ends, or cancel or delete one.",
                retry_after_s=OPEN_TASKS_RETRY_S,
            )
        # Only a count that stayed below the limit is complete.
        self.admission.record_ended(owner, usage.started - open_tasks)
