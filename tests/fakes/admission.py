"""Admission over tasks in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.costs.ledger import FETCHED_BYTES, MONTH, NANO_USD, Ledger, month_of
from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.ports.admission import Arrival, StoredResponse, Usage

if TYPE_CHECKING:
    from shared.domain.task import Task
    from tests.fakes.clock import FakeClock
    from tests.fakes.tasks import FakeTasks


@dataclass
class FakeAdmission:
    """`Admission` over the same tasks."""

    tasks: FakeTasks
    clock: FakeClock
    responses: dict[tuple[str, str], StoredResponse] = field(default_factory=dict)
    usages: dict[str, Usage] = field(default_factory=dict)
    counted: int = 0

    def admit(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        if response and (response.owner, response.key) in self.responses:
            raise AlreadyExists
        stored = self.tasks.create(task)
        if response:
            with_revision = response._replace(stored_at=self.clock(), revision=stored.revision)
            self.responses[response.owner, response.key] = with_revision
        return stored, self.take_token(task.owner, arrival, started=1)

    def withdraw(self, task: Task, arrival: Arrival, response: StoredResponse | None) -> None:
        self.tasks.remove(replace(task, charges=()))
        if response:
            self.delete_response(response)
        self.return_token(task.owner, arrival, started=1)

    def take_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> Usage:
        known = self.usages.get(owner, Usage(0, 0, 0))
        tat_us = max(known.tat_us, arrival.at_us) + arrival.interval_us
        moment = datetime.fromtimestamp(arrival.at_us / 1_000_000, UTC)
        used = self.tasks.ledger.usage(owner, month_of(moment))
        self.usages[owner] = known._replace(
            tat_us=tat_us, started=known.started + started, spent=used.nano_usd - used.reserved_nano_usd
        )
        return self.usages[owner]

    def return_token(self, owner: str, arrival: Arrival, *, started: int = 0) -> None:
        known = self.usages[owner]
        self.usages[owner] = known._replace(
            tat_us=known.tat_us - arrival.interval_us, ended=known.ended + started
        )

    def count_open(self, owner: str, limit: int) -> int:
        self.counted += 1
        mine = [t for t in self.tasks.stored.values() if t.owner == owner and not t.is_final]
        return min(len(mine), limit)

    def record_ended(self, owner: str, ended: int) -> None:
        known = self.usages[owner]
        self.usages[owner] = known._replace(ended=max(known.ended, ended))

    def record_fetched(self, owner: str, month: str, size_bytes: int, nano_usd: int) -> None:
        held = self.tasks.ledger.held.setdefault(Ledger(MONTH, month, owner), Counter())
        held.update({FETCHED_BYTES: size_bytes, NANO_USD: nano_usd})

    def forget(self, owner: str) -> None:
        self.usages.pop(owner, None)

    def find_response(self, owner: str, key: str) -> StoredResponse | None:
        return self.responses.get((owner, key))

    def delete_response(self, response: StoredResponse) -> None:
        known = self.responses.get((response.owner, response.key))
        if response.revision and (known is None or known.revision != response.revision):
            raise RevisionChanged
        self.responses.pop((response.owner, response.key), None)
