"""A model of everything that can happen to tasks, explored by hypothesis with the real use cases.

Events are lost, repeated, late and reordered; instances die at every point; owners and sweeps interfere
with conversions. After every step the safety invariants must hold; at the end, after redelivery without
faults, the liveness invariants.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from shared.domain.costs.ledger import MONTH, SERVICE_DAY
from shared.domain.errors import Conflict, NotFound, PlatformError
from shared.domain.states import FINAL, State, check_transition
from shared.domain.task import DROP_OWNER
from tests.reliability.world import (
    ANA,
    ATTEMPTS,
    BAD,
    DAY_S,
    GOOD,
    GRACE_S,
    LEASE_S,
    LONG,
    OWNER_SHARE,
    PER_TASK,
    Died,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.files import Upload

FORMS = st.lists(st.sampled_from(["mp3", "ogg", "flac"]), min_size=1, max_size=2, unique=True).map(tuple)
CONTENT = st.sampled_from([GOOD, GOOD, LONG, LONG, BAD])
MOMENTS = st.sampled_from(["claimed", "converting", "stored", "finished", "queued"])
PICK = st.integers(0, 6)
ACTIONS = st.lists(st.tuples(st.integers(0, 7), PICK), max_size=4)


class Tasks(RuleBasedStateMachine):
    tasks = Bundle("tasks")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.at_work: Upload
        self.before: dict[str, State] = {}
        self.uploaded: set[str] = set()
        self.dropped: set[str] = set()
        self.deleted: set[str] = set()
        self.targets: dict[str, int] = {}

    @rule(target=tasks, forms=FORMS)
    def create(self, forms: tuple[str, ...]) -> str:
        task = self.world.create(forms)
        self.targets[task.id] = 1
        return task.id

    @rule(task_id=tasks, content=CONTENT)
    def upload(self, task_id: str, content: bytes) -> None:
        task = self.world.tasks.get(task_id)
        # The signed URL never overwrites.
        if task and not self.world.objects.stat(task.source.object):
            self.world.objects.put(task.source.object, content)
            self.uploaded.add(task_id)

    @rule(content=CONTENT, form=st.sampled_from(["mp3", "ogg", "exe"]))
    def drop(self, content: bytes, form: str) -> None:
        filename = f"song {len(self.dropped)}.wav"
        self.world.objects.put(f"drop/{form}/{filename}", content)
        self.dropped.add(filename)

    @rule(pick=PICK)
    def deliver(self, pick: int) -> None:
        self._deliver(pick, lambda _: None)

    @rule(pick=PICK, at=MOMENTS)
    def deliver_to_an_instance_that_dies(self, pick: int, at: str) -> None:
        def die(moment: str) -> None:
            if moment == at:
                raise Died

        self._deliver(pick, die)

    @rule(pick=PICK, at=MOMENTS, wait=st.sampled_from([0, 2 * LEASE_S, 2 * GRACE_S]), actions=ACTIONS)
    def deliver_while_others_act(self, pick: int, at: str, wait: int, actions: list[tuple[int, int]]) -> None:
        """An instance hangs, perhaps beyond its lease, while others continue."""
        todo = [at]

        def interfere(moment: str) -> None:
            if moment in todo:
                todo.remove(moment)
                self.world.clock.advance(wait)
                for kind, which in actions:
                    self._any_action(kind, which)

        self._deliver(pick, interfere)

    @rule(pick=PICK, at=st.one_of(st.none(), MOMENTS))
    def call_from_the_queue(self, pick: int, at: str | None) -> None:
        """The instance may die at a moment of its work."""

        def die(moment: str) -> None:
            if moment == at:
                raise Died

        if self.world.calls:
            names = list(self.world.calls)
            self.world.call(names[-1 - pick % len(names)], die)

    @rule(running=st.sampled_from([0, OWNER_SHARE, OWNER_SHARE + 1]))
    def run_others_of_the_owner(self, running: int) -> None:
        self.world.running.running = dict.fromkeys((ANA.uid, DROP_OWNER), running)

    @rule(pick=PICK)
    def announce(self, pick: int) -> None:
        finished = self.world.finished
        if finished:
            self.world.settle.run(*finished[-1 - pick % len(finished)])

    @rule(task_id=tasks, forms=FORMS)
    def retarget(self, task_id: str, forms: tuple[str, ...]) -> None:
        outputs = self.world.wanted(forms)
        if self._ask(lambda: self.world.changes.change_outputs(ANA, task_id, outputs, _always)):
            self.targets[task_id] += 1

    @rule(task_id=tasks)
    def cancel(self, task_id: str) -> None:
        self._ask(lambda: self.world.changes.cancel(ANA, task_id, _always))

    @rule(task_id=tasks)
    def delete(self, task_id: str) -> None:
        if self._ask(lambda: self.world.changes.delete(ANA, task_id, _always)):
            self.deleted.add(task_id)

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @rule(seconds=st.sampled_from([1, LEASE_S, GRACE_S, 3 * GRACE_S, DAY_S // 2, 2 * DAY_S]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @invariant()
    def no_state_becomes_one_that_it_may_not(self) -> None:
        for task_id, task in self.world.tasks.stored.items():
            before = self.before.get(task_id, task.state)
            if before is not task.state and not _reachable(before, task.state):
                check_transition(before, task.state)
            self.before[task_id] = task.state

    @invariant()
    def nothing_is_converted_more_often_than_it_may_be(self) -> None:
        claims = _claims(self.world)
        assert all(times <= PER_TASK + ATTEMPTS + 1 for times in claims.values())

    @invariant()
    def what_is_processed_is_there_as_it_was_written_down(self) -> None:
        for task in self.world.tasks.stored.values():
            if task.state is State.PROCESSED:
                for output in task.outputs:
                    found = self.world.objects.stat(output.object)
                    assert found, (task, output)
                    assert found.generation == output.generation, (task, found)

    @invariant()
    def no_outcome_is_told_twice_under_different_names(self) -> None:
        events = {event for event, *_ in self.world.queue.enqueued}
        assert len(events) <= sum(self.targets.values()) + len(self.dropped)

    @invariant()
    def ledgers_are_the_sums_of_what_their_tasks_cost(self) -> None:
        tasks = [*self.world.tasks.stored.values(), *self.world.tasks.removed]
        held = self.world.tasks.ledger.held
        for kind, counted in ((MONTH, [task for task in tasks if task.payer]), (SERVICE_DAY, tasks)):
            charges = [c for task in counted for c in task.charges if kind == MONTH or c.shard is not None]
            sums = [numbers for ledger, numbers in held.items() if ledger.kind == kind]
            assert sum(n["nanoUsd"] for n in sums) == sum(charge.total for charge in charges)
            assert sum(n["reservedNanoUsd"] for n in sums) == sum(charge.reserved for charge in charges)
            assert all(min(numbers.values(), default=0) >= 0 for numbers in sums)

    def teardown(self) -> None:
        """Redeliver all events, and sweep until there is nothing to repair."""
        world = self.world
        for _ in range(80):
            for upload in list(world.objects.events):
                if not world.acknowledged[upload.generation]:
                    world.deliver(upload)
            for name in list(world.calls):
                world.call(name)
            for task_id, attempt in world.finished:
                world.settle.run(task_id, attempt)
            world.clock.advance(GRACE_S)
            done = world.sweep()
            if set(done) <= {"kept", "waiting"} and self._is_quiet():
                break
        world.clock.advance(2 * DAY_S)
        world.sweep()
        self._all_promises_hold()

    def _is_quiet(self) -> bool:
        return all(task.is_final or task.state is State.WAITING for task in self.world.tasks.stored.values())

    def _all_promises_hold(self) -> None:
        world = self.world
        for task_id in self.uploaded - self.deleted:
            task = world.tasks.get(task_id)
            assert task is not None, f"{task_id} is lost"
            assert task.state in FINAL, task
        for filename in self.dropped:
            (task,) = (task for task in world.tasks.stored.values() if task.filename == filename)
            assert task.state in FINAL, task
        for task_id in self.deleted:
            assert world.tasks.get(task_id) is None, f"{task_id} was deleted"
        for name in world.objects.contents:
            task = world.tasks.get(name.partition("/")[0])
            assert task, f"{name} belongs to nothing"
            assert name in {task.source.object, *(output.object for output in task.outputs)}
        # What has ended has nothing reserved.
        assert not any(charge.reserved for task in world.tasks.stored.values() for charge in task.charges)
        self.what_is_processed_is_there_as_it_was_written_down()

    def _deliver(self, pick: int, moment: Callable[[str], None]) -> None:
        events = self.world.objects.events
        if events:
            # The latest ones are most likely to be in progress.
            self.at_work = events[-1 - pick % len(events)]
            self.world.deliver(self.at_work, moment)

    def _any_action(self, kind: int, which: int) -> None:
        """An action of another party."""
        ids = list(self.targets) or ["none"]
        task_id = ids[-1 - which % len(ids)]
        match kind:
            case 0:
                self.delete(task_id)
            case 1:
                self.cancel(task_id)
            case 2:
                self.retarget(task_id, ("mp3", "flac"))
            case 3:
                self.sweep()
            case 4 | 5:
                self.announce(which)
            case 6:
                self.world.deliver(self.at_work)
            case _:
                self._deliver(which, lambda _: None)

    def _ask(self, action: Callable[[], object]) -> bool:
        """Whether the API accepted the request."""
        try:
            action()
        except (Conflict, NotFound, PlatformError):
            return False
        return True


def _always(_: object) -> None:
    """No condition."""


def _reachable(before: State, now: State) -> bool:
    """Whether a task may change from one state to the other in several steps, as a rule may take."""
    seen, waiting = {before}, [before]
    while waiting:
        state = waiting.pop()
        for following in State:
            try:
                check_transition(state, following)
            except Exception:  # noqa: BLE001, S112  # an illegal transition
                continue
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return now in seen


def _claims(world: World) -> dict[str, int]:
    lines = [json.loads(line) for line in world.lines.getvalue().splitlines()]
    found: dict[str, int] = {}
    for line in lines:
        if line["step"] == "claimed":
            found[line["taskId"]] = found.get(line["taskId"], 0) + 1
        if line["step"] == "queued" and "attempt" in line:
            found[line["taskId"]] -= 1
    return found


TestTasks = Tasks.TestCase
TestTasks.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
