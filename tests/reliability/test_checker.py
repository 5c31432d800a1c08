"""The lab's checker finds every kind of violation: each is planted here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lab.cases import BAD, Behaviour, Case, Material, draw
from lab.checker import check
from lab.decoding import Decoding
from lab.faults import main
from lab.receiver import Received, Receiver
from lab.state import Object, State, read_log
from lab.user import Intent
from shared.domain.costs.charges import Charge
from shared.domain.files import Output
from shared.domain.states import Claim
from shared.domain.states import State as TaskState
from shared.domain.task import Failure
from shared.domain.webhook import Webhook
from tests.builders import a_task
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.task import Task

ATTEMPTS = 4
ID = "T" * 22
SONG, MP3 = f"{ID}/song.wav", f"{ID}/song.mp3"
OUTPUT = Output("mp3", MP3, generation=7, size_bytes=3, crc32c="sum")
CASE = Case(1, Behaviour.WAIT, "wav", ("mp3",))
INTENT = Intent(CASE, ID, ("mp3",))


def a_processed_task(**changes: object) -> Task:
    claim = Claim(5, 1, "lease", NOON, finished=True)
    values = {
        "state": TaskState.PROCESSED,
        "claim": claim,
        "outputs": (OUTPUT,),
        "webhook": Webhook(url="http://here"),
    }
    return a_task(**(values | changes))


def test_a_ledger_that_is_not_the_sum_of_its_tasks_or_above_its_cap_is_found() -> None:
    charged = a_processed_task(
        charges=(Charge(at=NOON, operations=30), Charge(at=NOON, number=1, compute=70))
    )
    state = replace(a_good_state(), tasks={ID: charged})

    def found(**numbers: int) -> set[str]:
        held = Counter({"tasks": 1, "nanoUsd": 100} | numbers)
        return {
            one.invariant for one in check(replace(state, ledgers={"ana": held}), [INTENT], ATTEMPTS, 150)
        }

    assert found() == set()
    assert found(nanoUsd=99) == found(nanoUsd=101) == found(reservedNanoUsd=1) == {"ledger"}
    assert found(nanoUsd=120, tasks=2) == set()
    assert found(nanoUsd=151, tasks=2) == found(least=-1) == {"cap"}


def webhook_for(task: Task) -> Received:
    return Received(task.outcome_event() or "", "task.processed", ID)


def a_good_state() -> State:
    task = a_processed_task()
    objects = {name: Object(name, 7, 3, "sum") for name in (SONG, MP3)}
    return State({ID: task}, objects, [webhook_for(task)], Counter({(ID, 5): 1}))


def violated(state: State, intent: Intent = INTENT) -> set[str]:
    return {violation.invariant for violation in check(state, [intent], ATTEMPTS)}


def with_task(**changes: object) -> State:
    return replace(a_good_state(), tasks={ID: a_processed_task(**changes)})


def with_objects(*objects: Object) -> State:
    state = a_good_state()
    return replace(state, objects=state.objects | {each.name: each for each in objects})


def without(name: str) -> State:
    state = a_good_state()
    return replace(state, objects={key: value for key, value in state.objects.items() if key != name})


def failed(code: str) -> State:
    state = with_task(state=TaskState.FAILED, error=Failure(code, "m", "h"))
    return replace(state, received=[replace(state.received[0], type="task.failed")])


def test_good_state_has_no_violations() -> None:
    assert violated(a_good_state()) == set()


def test_repeated_delivery_of_one_outcome_is_allowed() -> None:
    state = a_good_state()

    assert violated(replace(state, received=state.received * 3)) == set()


PLANTED: dict[str, tuple[str, Callable[[], State]]] = {
    "a missing task": ("lost", lambda: replace(a_good_state(), tasks={}, objects={})),
    "a converting task": ("stuck", lambda: with_task(state=TaskState.CONVERTING)),
    "a task between attempts": ("stuck", lambda: with_task(state=TaskState.UPLOADED)),
    "a good file that failed": ("wrong state", lambda: failed("not_audio")),
    "a task that expired": ("wrong state", lambda: with_task(state=TaskState.EXPIRED)),
    "a missing output": ("output", lambda: without(MP3)),
    "another generation": ("output", lambda: with_objects(Object(MP3, 8, 3, "sum"))),
    "half an output": ("output", lambda: with_objects(Object(MP3, 7, 2, "sum"))),
    "other bytes": ("output", lambda: with_objects(Object(MP3, 7, 3, "other"))),
    "another format": ("output", lambda: with_task(outputs=(replace(OUTPUT, format="ogg"),))),
    "an extra output": ("duplicate", lambda: with_objects(Object(f"{ID}/song-converted.mp3", 9, 3, "s"))),
    "an object without a task": ("orphan", lambda: with_objects(Object(f"{'U' * 22}/x", 9, 3, "s"))),
    "a dropped file that was not moved": (
        "orphan",
        lambda: with_objects(Object("drop/mp3/x.wav", 9, 3, "s")),
    ),
    "an outcome not delivered": ("webhook", lambda: replace(a_good_state(), received=[])),
    "a wrong outcome delivered": (
        "webhook",
        lambda: replace(
            a_good_state(), received=[replace(webhook_for(a_processed_task()), type="task.failed")]
        ),
    ),
    "two outcomes": (
        "duplicate outcome",
        lambda: replace(
            a_good_state(),
            received=[webhook_for(a_processed_task()), Received("msg_2", "task.processed", ID)],
        ),
    ),
    "too many attempts": (
        "attempts",
        lambda: replace(a_good_state(), claims=Counter({(ID, 5): ATTEMPTS + 2})),
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_planted_violation_is_found(what: str) -> None:
    invariant, plant = PLANTED[what]

    assert invariant in violated(plant())


def test_unrequested_task_is_found() -> None:
    other = "U" * 22
    state = with_objects(Object(f"{other}/song.wav", 9, 3, "s"))
    tasks = state.tasks | {other: a_processed_task(id=other)}

    assert violated(replace(state, tasks=tasks)) == {"duplicate"}


def test_deleted_task_that_still_exists_is_found() -> None:
    intent = replace(INTENT, fate="deleted")
    state = a_good_state()

    assert violated(state, intent) == {"not deleted"}
    assert violated(replace(state, tasks={}), intent) >= {"not deleted", "orphan"}
    assert violated(State({}, {}), intent) == set()


def test_cancelled_task_that_continued_is_found() -> None:
    intent = replace(INTENT, fate="cancelled")

    assert "wrong state" in violated(a_good_state(), intent)
    assert violated(with_task(state=TaskState.CANCELLED), intent) == set()


@pytest.mark.parametrize("code", ["attempts_exhausted", "event_too_old"])
def test_good_file_may_fail_for_a_platform_reason(code: str) -> None:
    assert violated(failed(code)) == set()


def test_bad_file_must_fail_with_its_code() -> None:
    intent = replace(INTENT, case=replace(CASE, file="text", code="not_audio"))

    assert violated(failed("not_audio"), intent) == set()
    assert violated(failed("truncated"), intent) == {"wrong state"}
    assert "wrong state" in violated(a_good_state(), intent)


class OneObject:
    """A bucket that has the same object under every name."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def blob(self, _: str) -> OneObject:
        return self

    def download_as_bytes(self, timeout: float) -> bytes:
        assert timeout
        return self._data


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return Material(tmp_path_factory.mktemp("material"))


@pytest.mark.parametrize(("file", "found"), [("mp3", set()), ("cut", {"corrupt"}), ("text", {"corrupt"})])
def test_output_that_does_not_decode_to_its_length_is_found(
    material: Material, tmp_path: Path, file: str, found: set[str]
) -> None:
    decoding = Decoding(OneObject(material.bytes[file]), material, tmp_path)
    violations = decoding.violations(a_good_state(), [INTENT])

    assert found == {violation.invariant for violation in violations}


def test_claims_are_counted_from_a_mixed_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    line = '{"step": "claimed", "taskId": "a", "generation": 5}\n'
    log.write_text(f"hello\n{line}{line}{line[:20]}\n[]\n")

    assert read_log(log)[0] == {("a", 5): 2}


def test_receiver_records_webhooks_and_refuses_some_once() -> None:
    receiver = Receiver()
    body = b'{"type": "task.processed", "data": {"id": "a"}}'
    first = [receiver.accept(f"msg_{n}", body) for n in range(64)]
    second = [receiver.accept(f"msg_{n}", body) for n in range(64)]

    assert 0 < first.count(False) < 32
    assert all(second)
    assert {received.event for received in receiver.received} == {f"msg_{n}" for n in range(64)}


def test_seed_replays_its_cases_and_covers_all_kinds() -> None:
    cases = draw(7, 400)

    assert cases == draw(7, 400)
    assert {case.behaviour for case in cases} == set(Behaviour)
    assert {case.code for case in cases} == {"", "unknown_format", *BAD.values()}


def test_unknown_argument_of_the_lab_is_refused() -> None:
    with pytest.raises(SystemExit, match="'sed' is not an argument"):
        main(["sed=1"])
