"""The invariants: nothing lost, duplicated, incomplete or stuck, at a bounded cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import AttemptsExhausted, EventTooOld
from shared.domain.states import FINAL
from shared.domain.states import State as TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.state import State
    from lab.user import Intent
    from shared.domain.task import Task

# A good file may fail with these errors, which blame the platform.
PLATFORM_CODES = frozenset({AttemptsExhausted.code, EventTooOld.code})
TYPES = {TaskState.PROCESSED: "task.processed", TaskState.FAILED: "task.failed"}


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated invariant."""

    invariant: str
    task_id: str
    text: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.invariant}: {self.task_id}: {self.text}"


def check(state: State, intents: Sequence[Intent], attempts_max: int, cap: int = 1 << 62) -> list[Violation]:
    """All violated invariants.

    Args:
        state: of the whole cloud.
        intents: what was acknowledged to the users.
        attempts_max: limit of attempts for one generation.
        cap: nano-dollars of one user.
    """
    found = [violation for intent in intents for violation in _of_intent(state, intent)]
    found += _of_objects(state, intents)
    # The attempt that finds the limit reached claims the task too, without converting.
    for (task_id, generation), times in sorted(state.claims.items()):
        if times > attempts_max + 1:
            found.append(Violation("attempts", task_id, f"{times} attempts at generation {generation}"))
    return [*found, *_of_ledgers(state, cap)]


def _of_ledgers(state: State, cap: int) -> Iterator[Violation]:
    """Each ledger is the sum of its tasks, and of those that were deleted; it is never above the cap."""
    for owner, held in state.ledgers.items():
        mine = [task for task in state.tasks.values() if task.owner == owner]
        costs, has_all = sum(task.cost for task in mine), held["tasks"] == len(mine)
        spent = held["nanoUsd"]
        if spent > cap or held["least"] < 0:
            yield Violation("cap", owner, f"the ledger holds {spent} nano-dollars; the cap is {cap}: {held}")
        if spent < costs or (has_all and spent != costs):
            yield Violation("ledger", owner, f"the ledger holds {spent} nano-dollars; its tasks cost {costs}")
        if all(task.is_final for task in mine) and held["reservedNanoUsd"]:
            yield Violation("ledger", owner, f"{held['reservedNanoUsd']} nano-dollars are still reserved")


def _of_intent(state: State, intent: Intent) -> Iterator[Violation]:
    task = state.tasks.get(intent.task_id)
    if intent.fate == "deleted":
        if task is not None or state.folder(intent.task_id):
            yield Violation("not deleted", intent.task_id, "the deleted task or its objects still exist")
        return
    if task is None:
        yield Violation("lost", intent.task_id, f"{intent.case} has no document")
        return
    if task.state not in FINAL:
        yield Violation("stuck", intent.task_id, f"{task.state}, {task.claim}")
        return
    yield from _of_state(task, intent)
    if task.state is TaskState.PROCESSED:
        yield from _of_outputs(state, task, intent)
    yield from _of_webhooks(state, task, intent)


def _of_state(task: Task, intent: Intent) -> Iterator[Violation]:
    code = task.error.code if task.error else ""
    if intent.fate == "cancelled":
        if task.state is not TaskState.CANCELLED:
            yield Violation("wrong state", task.id, f"cancelled, but {task.state}")
    elif task.state is TaskState.FAILED:
        if code not in PLATFORM_CODES | ({intent.case.code} if intent.case.code else set()):
            yield Violation(
                "wrong state", task.id, f"failed with {code!r}, not {intent.case.code!r}: {intent.case}"
            )
    elif task.state is not TaskState.PROCESSED or intent.case.code:
        yield Violation("wrong state", task.id, f"{task.state}, expected {intent.case.code or 'PROCESSED'}")


def _of_outputs(state: State, task: Task, intent: Intent) -> Iterator[Violation]:
    if sorted(output.format for output in task.outputs) != sorted(intent.wanted):
        yield Violation("output", task.id, f"{[o.format for o in task.outputs]}, expected {intent.wanted}")
    if task.waveform and task.waveform not in state.objects:
        yield Violation("output", task.id, f"{task.waveform} is missing")
    for output in task.outputs:
        stored = state.objects.get(output.object)
        if stored is None:
            yield Violation("output", task.id, f"{output.object} is missing")
        elif (stored.generation, stored.size_bytes, stored.crc32c) != (
            output.generation,
            output.size_bytes,
            output.crc32c,
        ):
            yield Violation("output", task.id, f"{output.object} is not the object in the task")


def _of_webhooks(state: State, task: Task, intent: Intent) -> Iterator[Violation]:
    """Every outcome is delivered under one id, perhaps several times."""
    mine = [received for received in state.received if received.task_id == task.id]
    events = {received.event: received.type for received in mine}
    if len(events) > intent.targets:
        yield Violation("duplicate outcome", task.id, f"{len(events)} outcomes for {intent.targets} requests")
    expected = task.outcome_event()
    if task.state in TYPES and task.webhook.url:
        if expected not in events:
            yield Violation("webhook", task.id, f"the outcome was not delivered: {task.webhook}")
        elif events[expected] != TYPES[task.state]:
            yield Violation("webhook", task.id, f"{task.state} was delivered as {events[expected]}")


def _of_objects(state: State, intents: Sequence[Intent]) -> Iterator[Violation]:
    """No object without a task, and none that its task does not name."""
    known = {intent.task_id for intent in intents}
    repeated = {intent.case.filename for intent in intents if intent.repeated}
    for name in state.objects:
        folder = name.partition("/")[0]
        task = state.tasks.get(folder)
        if task is None:
            yield Violation("orphan", folder, name)
        elif folder not in known and task.filename not in repeated:
            yield Violation("duplicate", folder, f"an unrequested task, with {name}")
        elif task.state is TaskState.PROCESSED and name not in {
            task.source.object,
            task.waveform,
            *(output.object for output in task.outputs),
        }:
            yield Violation("duplicate", folder, name)


def outcomes(state: State) -> Counter[str]:
    """The number of tasks by state and error."""
    return Counter(
        f"{task.state} {task.error.code}" if task.error else task.state.value for task in state.tasks.values()
    )
