"""Uploads that convert does not convert itself: refused, or left to a queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.lease import Lease
from functions.convert.queueing import Queueing
from shared.domain.costs.ledger import USER_DAY
from shared.domain.errors import LeaseHeld, Unavailable
from shared.domain.states import State
from tests.fakes.conversion_queue import FakeConversionQueue
from tests.functions.convert.world import World
from tests.real_pipeline import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.files import Upload


@pytest.fixture
def world(tools: Tools) -> World:
    return World(tools)


def test_what_cannot_finish_is_refused_before_it_is_encoded(world: World, audio: Callable[..., Path]) -> None:
    world.bounds = replace(BOUNDS, finish_s=0.001)

    task = world.run(world.uploaded(world.waiting("song.wav", "mp3", "m4a"), audio("wav").read_bytes()))

    assert task.error
    assert task.error.code == "takes_too_long"
    assert "startS and endS" in task.error.hint
    assert "transcoded" not in world.steps
    assert [task.id] == [notified.id for notified in world.notifier.notified]


def conversions(world: World) -> list[int]:
    """The counts of all users' days."""
    return [
        numbers["count"] for ledger, numbers in world.tasks.ledger.held.items() if ledger.kind == USER_DAY
    ]


@pytest.fixture
def queue() -> FakeConversionQueue:
    return FakeConversionQueue()


@pytest.fixture
def upload(world: World, audio: Callable[..., Path], queue: FakeConversionQueue) -> Upload:
    """An upload whose conversion an event's instance takes for a long one."""
    world.queueing = Queueing(queue, 0.001, world.tasks.ledger, per_owner=9)
    return world.uploaded(world.waiting(), audio("wav").read_bytes())


def test_a_long_conversion_is_left_to_its_queue(
    world: World, queue: FakeConversionQueue, upload: Upload
) -> None:
    task = world.run(upload)

    assert [("long", upload)] == list(queue.calls.values())
    assert world.steps == ["claimed", "downloaded", "probed", "queued", "handed_over"]
    assert (task.state, task.attempts, task.error) == (State.UPLOADED, 1, None)


def test_the_call_of_the_queue_continues_the_attempt(world: World, upload: Upload) -> None:
    world.run(upload)
    world.queueing = None

    task = world.run(upload)

    assert task.claim
    assert (task.claim.finished, task.claim.queue, task.attempts, task.conversions) == (True, "", 1, 1)
    assert [task.id] == [notified.id for notified in world.notifier.notified]
    assert conversions(world) == [1]


def test_a_repeated_event_does_not_convert_what_waits_in_a_queue(
    world: World, queue: FakeConversionQueue, upload: Upload
) -> None:
    world.run(upload)
    world.run(upload)

    assert len(queue.calls) == 1
    assert world.steps[-1] == "ignored"


def test_a_call_that_was_not_enqueued_is_enqueued_by_the_next_event(
    world: World, queue: FakeConversionQueue, upload: Upload
) -> None:
    queue.is_down = True
    with pytest.raises(Unavailable):
        world.run(upload)
    queue.is_down = False

    world.run(upload)

    assert len(queue.calls) == 1
    assert world.task.attempts == 1


def test_a_second_attempt_has_a_call_of_its_own(
    world: World, queue: FakeConversionQueue, upload: Upload
) -> None:
    """The name of the first call is taken for an hour after it has ended.

    stackkit/laravel-google-cloud-tasks-queue#104 lost retries that had the name of the first try.
    """
    world.run(upload)
    Lease.claim(world.tasks, world.clock, upload, world.task, 60).release()

    task = world.run(upload)

    assert {attempt for _, _, attempt in queue.calls} == {1, 2}
    assert task.attempts == 2


def test_what_waits_in_a_queue_can_be_cancelled(world: World, upload: Upload) -> None:
    world.run(upload)
    world.tasks.replace(world.task.cancelled(world.clock()))
    world.queueing = None

    task = world.run(upload)

    assert task.state is State.CANCELLED
    assert world.steps[-1] == "ignored"


def test_a_short_conversion_is_not_queued(
    world: World, queue: FakeConversionQueue, audio: Callable[..., Path]
) -> None:
    world.queueing = Queueing(queue, 240, world.tasks.ledger, per_owner=9)

    task = world.run(world.uploaded(world.waiting(), audio("wav").read_bytes()))

    assert task.claim
    assert task.claim.finished
    assert queue.calls == {}


@pytest.fixture
def beyond_share(world: World, audio: Callable[..., Path], queue: FakeConversionQueue) -> Upload:
    """An upload whose owner has as many conversions running as may be, and had more a moment ago."""
    world.queueing = Queueing(queue, 240, world.tasks.ledger, 2, {"ana"})
    world.tasks.ledger.running["ana"] = 2
    return world.uploaded(world.waiting(), audio("wav").read_bytes())


def test_one_more_than_an_owners_share_waits_in_the_queue_for_many(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    task = world.run(beyond_share)

    assert [("bulk", beyond_share)] == list(queue.calls.values())
    assert world.steps == ["queued", "handed_over"]
    assert (task.state, task.attempts, task.conversions) == (State.UPLOADED, 0, 0)
    assert conversions(world) == []


def test_the_call_begins_what_was_queued_without_a_claim(world: World, beyond_share: Upload) -> None:
    world.run(beyond_share)
    world.queueing = None

    task = world.run(beyond_share)

    assert task.claim
    assert (task.claim.finished, task.attempts, task.conversions) == (True, 1, 1)
    assert conversions(world) == [1]


def test_a_repeated_event_does_not_claim_what_waits(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    """Even if the owner's other conversions have ended since."""
    world.run(beyond_share)
    world.tasks.ledger.running.clear()

    task = world.run(beyond_share)

    assert (len(queue.calls), task.state) == (1, State.UPLOADED)
    assert world.steps[-1] == "ignored"


def test_an_attempt_after_a_dead_one_has_a_call_of_its_own(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    world.run(beyond_share)
    Lease.claim(world.tasks, world.clock, beyond_share, world.task, 60)
    world.clock.advance(61)
    world.tasks.ledger.running[world.task.owner] = 3

    task = world.run(beyond_share)

    assert {attempt for _, _, attempt in queue.calls} == {1, 2}
    assert (task.state, task.attempts) == (State.UPLOADED, 1)


def test_what_a_dead_instance_left_is_not_counted_against_itself(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    Lease.claim(world.tasks, world.clock, beyond_share, world.task, 60)
    world.clock.advance(61)

    task = world.run(beyond_share)

    assert queue.calls == {}
    assert task.attempts == 2


def test_an_upload_that_another_instance_converts_is_not_queued(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    Lease.claim(world.tasks, world.clock, beyond_share, world.task, 60)
    world.tasks.ledger.running[world.task.owner] = 3

    with pytest.raises(LeaseHeld):
        world.run(beyond_share)

    assert queue.calls == {}


def test_events_that_claim_at_the_same_moment_do_not_exceed_the_share(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    """Before its claim, none of them sees the others; the next one is not claimed any more."""
    assert world.queueing
    world.queueing.piles.clear()
    world.tasks.ledger.running[world.task.owner] = 3

    task = world.run(beyond_share)

    assert world.steps == ["claimed", "queued", "handed_over"]
    assert (task.state, task.attempts, len(queue.calls)) == (State.UPLOADED, 1, 1)
    assert {"ana"} == world.queueing.piles


def test_an_owner_whose_pile_is_done_is_not_counted_before_the_claim_any_more(
    world: World, queue: FakeConversionQueue, beyond_share: Upload
) -> None:
    assert world.queueing
    world.tasks.ledger.running.clear()

    task = world.run(beyond_share)

    assert world.queueing.piles == set()
    assert (queue.calls, task.attempts) == ({}, 1)


def test_the_share_itself_is_converted_at_once(
    world: World, queue: FakeConversionQueue, audio: Callable[..., Path]
) -> None:
    """After its claim, this conversion is one of those that run."""
    world.queueing = Queueing(queue, 240, world.tasks.ledger, per_owner=2)
    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    world.tasks.ledger.running[world.task.owner] = 1

    task = world.run(upload)

    assert task.claim
    assert (task.claim.finished, queue.calls) == (True, {})


def test_what_others_convert_does_not_count(
    world: World, queue: FakeConversionQueue, audio: Callable[..., Path]
) -> None:
    world.queueing = Queueing(queue, 240, world.tasks.ledger, per_owner=2)
    upload = world.uploaded(world.waiting(), audio("wav").read_bytes())
    world.tasks.ledger.running["another"] = 300

    world.run(upload)

    assert queue.calls == {}
