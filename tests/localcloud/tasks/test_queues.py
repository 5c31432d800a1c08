"""Queues: how they are created, changed, listed and refused, with the real client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.cloud import tasks_v2

from tests.localcloud.tasks.service import LOCATION, QUEUE, Cloud, refusal_of

FAR = "http://127.0.0.1:9/"


def test_a_new_queue_runs_with_the_services_defaults(cloud: Cloud) -> None:
    queue = cloud.client.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))

    assert queue == cloud.client.get_queue(name=QUEUE)
    assert queue.state == tasks_v2.Queue.State.RUNNING
    assert queue.rate_limits == tasks_v2.RateLimits(
        max_dispatches_per_second=500, max_burst_size=100, max_concurrent_dispatches=1000
    )
    assert queue.retry_config == tasks_v2.RetryConfig(
        max_attempts=100,
        min_backoff=timedelta(seconds=0.1),
        max_backoff=timedelta(hours=1),
        max_doublings=16,
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": f"{LOCATION}/queues/no_underscores"}, "Queue name must be formatted"),
        ({"name": "projects/other/locations/europe-west1/queues/q"}, "is not in"),
        ({"rate_limits": {"max_dispatches_per_second": 501}}, "less than or equal to 500"),
        ({"rate_limits": {"max_dispatches_per_second": -1}}, "maxDispatchesPerSecond cannot be negative"),
        ({"rate_limits": {"max_concurrent_dispatches": 5001}}, "less than or equal to 5000"),
        ({"rate_limits": {"max_concurrent_dispatches": -1}}, "maxConcurrentDispatches cannot be negative"),
        ({"retry_config": {"max_attempts": -2}}, "maxAttempts must be greater or equal to -1"),
        ({"retry_config": {"max_doublings": -1}}, "maxDoublings cannot be negative"),
        ({"retry_config": {"min_backoff": {"seconds": -1}}}, "minBackoff cannot be negative"),
        ({"retry_config": {"min_backoff": {"seconds": 7200}}}, "minBackoff must be less than or equal"),
    ],
)
def test_an_impossible_queue_is_refused(cloud: Cloud, fields: dict[str, Any], expected: str) -> None:
    refusal = refusal_of(lambda: cloud.add_queue(**fields))

    assert refusal.startswith("INVALID_ARGUMENT")
    assert expected in refusal


def test_a_queue_is_made_once_and_its_name_is_kept_for_three_days(cloud: Cloud) -> None:
    cloud.add_queue()
    assert refusal_of(cloud.add_queue) == "ALREADY_EXISTS: Queue already exists"

    cloud.client.delete_queue(name=QUEUE)

    assert refusal_of(cloud.add_queue).startswith("FAILED_PRECONDITION: The queue cannot be created because")
    assert refusal_of(lambda: cloud.client.get_queue(name=QUEUE)).startswith(
        "NOT_FOUND: Queue does not exist."
    )
    cloud.clock.ahead_s = 3 * 86400 + 1
    assert cloud.add_queue().name == QUEUE


def test_a_mask_says_which_of_a_queues_fields_change(cloud: Cloud) -> None:
    before = cloud.add_queue(rate_limits={"max_dispatches_per_second": 7})
    wanted = tasks_v2.Queue(name=QUEUE, retry_config={"max_attempts": 9}, rate_limits={})

    changed = cloud.client.update_queue(queue=wanted, update_mask={"paths": ["retry_config.max_attempts"]})

    assert changed.retry_config.max_attempts == 9
    assert changed.retry_config.min_backoff == before.retry_config.min_backoff
    assert changed.rate_limits == before.rate_limits
    refused = refusal_of(lambda: cloud.client.update_queue(queue=wanted, update_mask={"paths": ["nonsense"]}))
    assert refused.startswith("INVALID_ARGUMENT")


def test_update_makes_a_queue_that_is_not_there(cloud: Cloud) -> None:
    made = cloud.client.update_queue(queue=tasks_v2.Queue(name=QUEUE, retry_config={"max_attempts": 3}))

    assert (made.name, made.retry_config.max_attempts) == (QUEUE, 3)


def test_queues_are_listed_page_by_page(cloud: Cloud) -> None:
    expected = [f"{LOCATION}/queues/q{number}" for number in range(5)]
    for name in [*expected, "projects/sonube-test/locations/europe-west2/queues/elsewhere"]:
        cloud.client.create_queue(parent=name.partition("/queues/")[0], queue=tasks_v2.Queue(name=name))

    pages = cloud.client.list_queues(request={"parent": LOCATION, "page_size": 2})

    assert [queue.name for queue in pages] == expected


@pytest.mark.parametrize("call", ["get_queue", "pause_queue", "resume_queue", "purge_queue"])
def test_a_queue_that_never_was_is_not_found(cloud: Cloud, call: str) -> None:
    refusal = refusal_of(lambda: getattr(cloud.client, call)(name=QUEUE))

    assert refusal.startswith("NOT_FOUND: Queue does not exist.")
    assert refusal_of(lambda: cloud.add(FAR)) == refusal
