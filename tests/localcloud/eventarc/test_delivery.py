"""Events are delivered at least once, and given up only after the attempts allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.eventarc.outbox import Counts
from localcloud.eventarc.retries import RetryPolicy
from localcloud.faults.decisions import Faults
from localcloud.faults.plan import FaultPlan
from tests.localcloud.eventarc.trigger import stored
from tests.localcloud.tasks.target import Reply
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localcloud.eventarc.trigger import Trigger
    from tests.localcloud.tasks.target import Target


class Copies:
    """Every delivery happens so often."""

    def __init__(self, *delays_s: float) -> None:
        self._delays_s = delays_s

    def dispatch_copies(self, kind: str, key: str) -> list[float]:
        assert (kind, key) == ("event", "music/objects/song.wav")
        return list(self._delays_s)


def test_any_success_acknowledges(listen: Callable[..., Trigger], receiver: Target) -> None:
    receiver.answer_with(204)
    trigger = listen()

    trigger.record(stored())
    wait_until(lambda: trigger.counts() == Counts(pending=0, delivered=1, dead=0))

    assert len(receiver.heard) == 1


def test_a_failure_is_delivered_again_under_the_same_id(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.answer_with(500, 302, 200)

    listen().record(stored())
    heard = receiver.wait_for(3)

    assert len({each.headers["ce-id"] for each in heard}) == 1


def test_after_the_attempts_allowed_it_is_a_dead_letter(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.answer_with(500, 500, 503)
    trigger = listen()

    trigger.record(stored())
    wait_until(lambda: trigger.counts() == Counts(pending=0, delivered=0, dead=1))

    [letter] = trigger.dead_letters()
    assert (letter.attempts, letter.last_status) == (3, 503)
    assert letter.event.attributes["subject"] == "objects/song.wav"


def test_an_old_event_is_given_up_after_any_number_of_attempts(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.answer_with(500, 500)
    trigger = listen(retry=RetryPolicy(min_backoff_s=100, max_attempts=100, max_age_s=3600))
    trigger.record(stored())
    receiver.wait_for(1)

    trigger.ahead_s = 3700
    wait_until(lambda: trigger.counts().dead == 1)

    assert trigger.dead_letters()[0].attempts <= 2


def test_a_receiver_that_is_not_there_is_tried_again(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.close()
    trigger = listen()

    trigger.record(stored())
    wait_until(lambda: trigger.counts().dead == 1)

    assert trigger.dead_letters()[0].last_status == 0


def test_a_delivery_that_takes_too_long_is_no_answer(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.script = [Reply(held=True)]
    trigger = listen(retry=RetryPolicy(min_backoff_s=0.05, deadline_s=0.2))

    trigger.record(stored())

    assert len(receiver.wait_for(2)) >= 2


def test_an_object_that_was_rolled_back_causes_none(listen: Callable[..., Trigger], receiver: Target) -> None:
    trigger = listen()

    trigger.record_and_roll_back(stored("never.wav"))
    trigger.record(stored("real.wav"))
    wait_until(lambda: trigger.counts().delivered == 1)

    assert [each.headers["ce-subject"] for each in receiver.heard] == ["objects/real.wav"]


def test_events_go_out_at_the_same_time_up_to_a_limit(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.script = [Reply(held=True)] * 6

    listen(concurrency=3).record(*[stored(f"{n}.wav") for n in range(6)])
    for heard in (3, 4, 5, 6):
        receiver.wait_for(heard)
        receiver.let_go()

    assert receiver.at_work_max == 3


def test_deliveries_in_progress_at_the_end_are_repeated_after_a_restart(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    receiver.script = [Reply(held=True)]
    trigger = listen()
    trigger.record(stored())
    receiver.wait_for(1)

    trigger.stop()
    trigger.start()
    first, second = receiver.wait_for(2)

    assert first.headers["ce-id"] == second.headers["ce-id"]


def test_a_duplicate_is_the_same_event_and_counts_once(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    trigger = listen(faults=Copies(0.0, 0.1))

    trigger.record(stored())
    heard = receiver.wait_for(2)

    assert heard[0].headers["ce-id"] == heard[1].headers["ce-id"]
    wait_until(lambda: trigger.counts().delivered == 1)


def test_a_plan_of_faults_doubles_delays_and_reorders_events_and_loses_none(
    listen: Callable[..., Trigger], receiver: Target
) -> None:
    faults = Faults(FaultPlan.parse("seed=1,duplicate=0.5,delay=0.3:0.5s,reorder=0.5"))
    trigger = listen(faults=faults)
    names = [f"song {letter}.wav" for letter in "abcdefghij"]

    trigger.record(*(stored(name) for name in names))
    wait_until(lambda: trigger.counts() == Counts(pending=0, delivered=10, dead=0))
    injected = faults.report()
    receiver.wait_for(10 + injected["duplicated event"])
    subjects = [heard.headers["ce-subject"] for heard in receiver.heard]
    recorded = [f"objects/{name.replace(' ', '%20')}" for name in names]

    assert set(injected) == {"duplicated event", "delayed event", "reordered event"}
    assert set(subjects) == set(recorded)
    assert list(dict.fromkeys(subjects)) != recorded


def test_the_backoff_doubles_up_to_its_maximum() -> None:
    policy = RetryPolicy()

    assert [policy.backoff_s(attempts) for attempts in (1, 2, 3, 7, 1000)] == pytest.approx(
        [10, 20, 40, 600, 600]
    )
