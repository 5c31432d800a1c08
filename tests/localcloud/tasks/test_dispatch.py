"""What arrives at the target, when, and what becomes of the task."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from google.cloud import tasks_v2

from tests.localcloud.tasks.service import FAST, LOCATION, Cloud
from tests.localcloud.tasks.target import Reply
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localcloud.tasks.target import Target

INVOKER = "invoker@sonube-test.iam.gserviceaccount.com"


def test_a_task_arrives_with_its_method_body_and_headers(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    http = {
        "http_method": tasks_v2.HttpMethod.PUT,
        "body": b'{"a":1}',
        "headers": {"Content-Type": "application/json", "X-Mine": "yes"},
    }

    cloud.add(f"{target.url}/path?q=1", "first", http=http)

    (heard,) = target.wait_for(1)
    assert (heard.method, heard.path, heard.body) == ("PUT", "/path?q=1", b'{"a":1}')
    assert (heard.headers["Content-Type"], heard.headers["X-Mine"]) == ("application/json", "yes")
    assert heard.headers["User-Agent"] == "Google-Cloud-Tasks"


def test_the_first_attempt_carries_cloud_tasks_headers(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    before = time.time()

    cloud.add(target.url, "first")

    (heard,) = target.wait_for(1)
    assert heard.tasks_header("QueueName") == "notify"
    assert heard.tasks_header("TaskName") == "first"
    assert heard.tasks_header("TaskRetryCount") == "0"
    assert heard.tasks_header("TaskExecutionCount") == "0"
    assert before - 0.01 <= float(heard.tasks_header("TaskETA") or 0) <= time.time()
    assert heard.tasks_header("TaskPreviousResponse") is None
    assert heard.tasks_header("TaskRetryReason") is None
    assert "Content-Type" not in heard.headers


def test_headers_of_cloud_tasks_are_not_taken_from_the_task(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    forged = {"x-cloudtasks-queuename": "forged", "Host": "evil", "User-Agent": "me", "X-Google-A": "1"}

    cloud.add(target.url, http={"headers": forged})

    (heard,) = target.wait_for(1)
    assert heard.tasks_header("QueueName") == "notify"
    assert heard.headers["Host"] in target.url
    assert heard.headers["User-Agent"] == "Google-Cloud-Tasks"
    assert not {"forged", "evil", "me", "1"} & set(heard.headers.values())


def test_retries_count_and_describe_the_previous_attempt(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.answer_with(503, 404, 302)

    cloud.add(target.url, "first")

    sent = [
        (
            heard.tasks_header("TaskRetryCount"),
            heard.tasks_header("TaskExecutionCount"),
            heard.tasks_header("TaskPreviousResponse"),
            heard.tasks_header("TaskRetryReason"),
        )
        for heard in target.wait_for(4)
    ]
    assert sent == [
        ("0", "0", None, None),
        ("1", "0", "503", ""),
        ("2", "1", "404", ""),
        ("3", "2", "302", ""),
    ]
    cloud.wait_gone("first")


def pause_s(task: tasks_v2.Task) -> float:
    """From the answer to the last attempt until the next one."""
    pause: timedelta = task.schedule_time - task.last_attempt.response_time
    return pause.total_seconds()


def test_the_pauses_between_attempts_grow_as_documented(cloud: Cloud, target: Target) -> None:
    cloud.clock.stop()
    cloud.add_queue(retry_config={"min_backoff": {"seconds": 100}, "max_doublings": 2, "max_attempts": 5})
    target.answer_with(500, 500, 500, 500, 500)
    cloud.add(target.url, "first")

    pauses = []
    for attempt in range(1, 5):
        pauses.append(pause_s(cloud.wait_answered("first", attempt)))
        cloud.clock.ahead_s += pauses[-1]

    assert pauses == pytest.approx([100, 200, 400, 800])
    cloud.wait_gone("first")


def test_a_task_is_given_up_after_its_attempts(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.answer_with(*[500] * 20)

    cloud.add(target.url, "first")
    cloud.wait_gone("first")

    assert len(target.heard) == 5


def test_a_tasks_own_retry_rules_come_before_its_queues(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.answer_with(*[500] * 20)

    cloud.add(target.url, "first", retry_config={"max_attempts": 2})
    cloud.wait_gone("first")

    assert len(target.heard) == 2


def test_retry_after_is_respected(cloud: Cloud, target: Target) -> None:
    cloud.clock.stop()
    cloud.add_queue(retry_config={**FAST, "max_backoff": {"seconds": 60}})
    target.script = [Reply(429, {"Retry-After": "30"})]

    cloud.add(target.url, "first")

    assert pause_s(cloud.wait_answered("first")) == pytest.approx(30)
    cloud.clock.ahead_s = 31
    assert len(target.wait_for(2)) == 2


def test_redirects_are_not_followed(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.script = [Reply(307, {"Location": f"{target.url}/elsewhere"})]

    cloud.add(f"{target.url}/here", "first")

    assert [heard.path for heard in target.wait_for(2)] == ["/here", "/here"]
    cloud.wait_gone("first")


def test_an_endless_answer_is_not_read_to_its_end(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.script = [Reply(200, body=b"x" * 50_000_000)]

    cloud.add(target.url, "first")

    cloud.wait_gone("first")
    wait_until(lambda: target.cut_off)
    assert (len(target.heard), target.cut_off) == (1, 1)


def test_a_slow_target_runs_into_the_dispatch_deadline(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    target.script = [Reply(held=True)]

    cloud.add(target.url, "first", dispatch_deadline=timedelta(seconds=0.2))

    second = target.wait_for(2)[1]
    assert second.tasks_header("TaskPreviousResponse") == "504"
    assert second.tasks_header("TaskExecutionCount") == "0"
    cloud.wait_gone("first")


def test_a_target_that_is_not_there_is_tried_again(cloud: Cloud) -> None:
    cloud.add_queue(retry_config={"min_backoff": {"seconds": 30}})

    cloud.add("http://127.0.0.1:9/", "first")

    task = cloud.wait_answered("first")
    assert task.last_attempt.response_status.code == 14
    assert (task.dispatch_count, task.response_count) == (1, 0)


def test_a_scheduled_task_waits_for_its_time(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    due = datetime.now(UTC) + timedelta(seconds=0.6)

    cloud.add(target.url, schedule_time=due)

    (heard,) = target.wait_for(1)
    assert due.timestamp() <= heard.at


def test_a_task_of_tomorrow_comes_when_the_clock_does(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    cloud.add(target.url, "tomorrow", schedule_time=datetime.now(UTC) + timedelta(days=1))
    cloud.add(target.url, "today")
    cloud.wait_gone("today")
    assert [heard.tasks_header("TaskName") for heard in target.heard] == ["today"]

    cloud.clock.ahead_s = 86401

    assert target.wait_for(2)


def test_an_id_token_is_for_the_url_or_for_the_audience_asked(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    token = {"service_account_email": INVOKER}

    cloud.add(f"{target.url}/a", http={"oidc_token": token, "headers": {"authorization": "mine"}})
    target.wait_for(1)
    cloud.add(f"{target.url}/b", http={"oidc_token": {**token, "audience": "https://notify"}})

    default, asked = target.wait_for(2)
    assert default.headers["Authorization"] == f"Bearer token.for.{INVOKER}.at.{target.url}/a"
    assert asked.headers["Authorization"] == f"Bearer token.for.{INVOKER}.at.https://notify"


def test_no_more_tasks_run_concurrently_than_the_queue_allows(cloud: Cloud, target: Target) -> None:
    cloud.add_queue(rate_limits={"max_concurrent_dispatches": 2})
    target.script = [Reply(held=True) for _ in range(8)]

    for _ in range(8):
        cloud.add(target.url)

    for heard in (2, 3, 4, 5, 6, 7, 8):
        target.wait_for(heard)
        target.let_go()
    assert target.at_work_max == 2


def test_no_more_tasks_per_second_than_the_queue_allows(cloud: Cloud, target: Target) -> None:
    cloud.clock.stop()
    queue = cloud.add_queue(rate_limits={"max_dispatches_per_second": 10})
    burst = queue.rate_limits.max_burst_size

    for _ in range(burst + 5):
        cloud.add(target.url)

    for later in (0, 2, 5):
        cloud.clock.ahead_s = later / 10
        assert len(target.wait_for(burst + later)) == burst + later


def test_a_paused_queue_takes_tasks_and_sends_none_until_resumed(cloud: Cloud, target: Target) -> None:
    queue = cloud.add_queue()
    assert cloud.client.pause_queue(name=queue.name).state == tasks_v2.Queue.State.PAUSED
    cloud.add(target.url, "first")
    cloud.add_queue(name=f"{LOCATION}/queues/other")
    cloud.add(target.url, f"{LOCATION}/queues/other/tasks/second")
    cloud.wait_gone(f"{LOCATION}/queues/other/tasks/second")
    assert [heard.tasks_header("TaskName") for heard in target.heard] == ["second"]

    assert cloud.client.resume_queue(name=queue.name).state == tasks_v2.Queue.State.RUNNING

    assert target.wait_for(2)


def test_a_task_can_be_run_by_hand_in_a_paused_queue(cloud: Cloud, target: Target) -> None:
    queue = cloud.add_queue()
    cloud.client.pause_queue(name=queue.name)
    added = cloud.add(target.url, "first", schedule_time=datetime.now(UTC) + timedelta(days=1))

    ran = cloud.client.run_task(name=added.name)

    assert ran.dispatch_count == 1
    assert target.wait_for(1)
    cloud.wait_gone("first")


class Twice:
    """Delivers each dispatch now and once more, late."""

    def dispatch_copies(self, kind: str, key: str) -> list[float]:
        assert (kind, key.rpartition("#")[2]) == ("task", "1")
        return [0.4, 0.0]


def test_a_fault_delivers_a_dispatch_twice_even_after_the_task_is_done(
    tmp_path: Path, target: Target
) -> None:
    cloud = Cloud(tmp_path, Twice())
    try:
        cloud.add_queue()
        cloud.add(target.url, "first")

        cloud.wait_gone("first")
        _, second = target.wait_for(2)
        assert second.tasks_header("TaskRetryCount") == "0"
    finally:
        cloud.close()


class LosesTheFirst:
    """Loses each task's first dispatch."""

    def dispatch_copies(self, kind: str, key: str) -> list[float]:
        assert kind == "task"
        return [] if key.endswith("#1") else [0.0]


def test_a_lost_dispatch_is_made_again(tmp_path: Path, target: Target) -> None:
    cloud = Cloud(tmp_path, LosesTheFirst())
    try:
        cloud.add_queue()
        cloud.add(target.url, "first")

        (heard,) = target.wait_for(1)
        assert heard.tasks_header("TaskRetryCount") == "1"
        cloud.wait_gone("first")
    finally:
        cloud.close()


@pytest.mark.parametrize("tasks", [100])
def test_many_tasks_all_arrive_once(cloud: Cloud, target: Target, tasks: int) -> None:
    cloud.add_queue()

    names = {f"t{number}" for number in range(tasks)}
    for name in names:
        cloud.add(target.url, name)

    for name in names:
        cloud.wait_gone(name)
    assert sorted(str(heard.tasks_header("TaskName")) for heard in target.heard) == sorted(names)
