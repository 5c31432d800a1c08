"""The documented figures of retries and rates, without a clock."""

from __future__ import annotations

import pytest
from google.cloud import tasks_v2

from localcloud.tasks.queues import completed
from localcloud.tasks.rates import TokenBucket
from localcloud.tasks.retries import RetryRules

QUEUE = "projects/p/locations/l/queues/q"


def rules(**fields: object) -> RetryRules:
    return RetryRules.of(completed(tasks_v2.Queue(name=QUEUE, retry_config=fields)).retry_config)


def test_the_references_own_example_of_backoff() -> None:
    example = rules(min_backoff={"seconds": 10}, max_backoff={"seconds": 300}, max_doublings=3)

    assert [example.backoff_s(failures) for failures in range(1, 10)] == [
        10, 20, 40, 80, 160, 240, 300, 300, 300,
    ]  # fmt: skip


def test_a_new_queues_backoff_starts_at_a_tenth_of_a_second_and_ends_at_an_hour() -> None:
    assert rules().backoff_s(1) == pytest.approx(0.1)
    assert rules().backoff_s(2) == pytest.approx(0.2)
    assert rules().backoff_s(100_000) == 3600


@pytest.mark.parametrize(
    ("fields", "attempts", "since_first_s", "expected"),
    [
        ({"max_attempts": 3}, 2, 1e9, False),
        ({"max_attempts": 3}, 3, 0, True),
        ({"max_attempts": 3, "max_retry_duration": {"seconds": 60}}, 3, 59, False),
        ({"max_attempts": 3, "max_retry_duration": {"seconds": 60}}, 2, 61, False),
        ({"max_attempts": 3, "max_retry_duration": {"seconds": 60}}, 3, 60, True),
        ({"max_attempts": -1}, 10_000, 1e9, False),
        ({"max_attempts": -1, "max_retry_duration": {"seconds": 60}}, 10_000, 59, False),
        ({"max_attempts": -1, "max_retry_duration": {"seconds": 60}}, 1, 60, True),
        ({}, 99, 1e9, False),
        ({}, 100, 0, True),
    ],
)
def test_a_task_is_given_up_when_attempts_and_duration_are_both_spent(
    fields: dict[str, object], attempts: int, since_first_s: float, *, expected: bool
) -> None:
    assert rules(**fields).exhausted(attempts, since_first_s) is expected


def test_a_task_takes_from_its_queue_what_it_leaves_open() -> None:
    own = tasks_v2.RetryConfig(max_attempts=2)

    merged = RetryRules.of(own, rules(min_backoff={"seconds": 7}))

    assert (merged.max_attempts, merged.min_backoff_s, merged.max_doublings) == (2, 7, 16)


def drained(bucket: TokenBucket, now: float) -> int:
    """How many tokens there were; there are none afterwards."""
    tokens = bucket.available(now)
    for _ in range(tokens):
        bucket.take()
    return tokens


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(rate=2, size=3, now=0)

    assert [drained(bucket, now) for now in (0, 0, 0.4)] == [3, 0, 0]
    assert bucket.wait_s() == pytest.approx(0.1)
    assert [drained(bucket, now) for now in (0.5, 0.5, 100)] == [1, 0, 3]


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    bucket = TokenBucket(rate=1, size=1, now=100)

    assert [drained(bucket, now) for now in (100, 50, 50.9)] == [1, 0, 0]
