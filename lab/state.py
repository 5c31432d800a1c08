"""The state of a cloud as seen from outside: documents, objects, webhooks and logs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.documents import from_document

if TYPE_CHECKING:
    from pathlib import Path

    from google.cloud import firestore
    from google.cloud.storage import Bucket

    from lab.receiver import Received
    from shared.domain.task import Task

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Object:
    """One live object."""

    name: str
    generation: int
    size_bytes: int
    crc32c: str


@dataclass(frozen=True)
class State:
    """The state at the end of a round.

    Attributes:
        ledgers: user → the numbers of all months together.
        claims: task and generation → logged attempts.
        steps: the number of log lines by step.
    """

    tasks: dict[str, Task]
    objects: dict[str, Object]
    received: list[Received] = field(default_factory=list)
    claims: Counter[tuple[str, int]] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    ledgers: dict[str, Counter[str]] = field(default_factory=dict)

    def folder(self, task_id: str) -> set[str]:
        """The names of a task's objects."""
        return {name for name in self.objects if name.startswith(f"{task_id}/")}


def read_tasks(database: firestore.Client) -> dict[str, Task]:
    """All tasks by id."""
    found = database.collection("tasks").get(timeout=TIMEOUT_S)
    return {doc.id: from_document({"id": doc.id, **(doc.to_dict() or {})}, "") for doc in found}


def read_ledgers(database: firestore.Client) -> dict[str, Counter[str]]:
    """The numbers of each user, of all months together."""
    found: dict[str, Counter[str]] = {}
    for doc in database.collection("users").get(timeout=TIMEOUT_S):
        months = (doc.to_dict() or {}).get("months", {}).values()
        found[doc.id] = sum(map(Counter, months), Counter())
        # A sum of counters leaves out what is below 0.
        found[doc.id]["least"] = min((number for month in months for number in month.values()), default=0)
    return found


def read_objects(bucket: Bucket) -> dict[str, Object]:
    """All objects by name."""
    return {
        blob.name: Object(blob.name, int(blob.generation), int(blob.size), blob.crc32c)
        for blob in bucket.list_blobs(timeout=TIMEOUT_S)
    }


def read_log(log: Path) -> tuple[Counter[tuple[str, int]], Counter[str]]:
    """Claims by task and generation, and steps by name; truncated lines are ignored."""
    claims: Counter[tuple[str, int]] = Counter()
    steps: Counter[str] = Counter()
    with log.open(errors="replace") as lines:
        for line in lines:
            try:
                fields = json.loads(line) if line.startswith("{") else {}
            except ValueError:
                continue
            if step := fields.get("step"):
                steps[step] += 1
            if step == "claimed":
                claims[fields["taskId"], int(fields["generation"])] += 1
            if step == "queued" and "attempt" in fields:
                # The call of the queue claims the task again, and continues this attempt.
                claims[fields["taskId"], int(fields["generation"])] -= 1
    return claims, steps
