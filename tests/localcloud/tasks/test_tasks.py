"""Tasks: what is accepted, shown and refused, with the real client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.cloud import tasks_v2

from tests.localcloud.tasks.service import LOCATION, QUEUE, Cloud, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localcloud.tasks.target import Target

FAR = "http://127.0.0.1:9/"
FULL = tasks_v2.Task.View.FULL


@pytest.fixture
def paused(cloud: Cloud) -> Cloud:
    """A queue that keeps what it is given."""
    cloud.add_queue()
    cloud.client.pause_queue(name=QUEUE)
    return cloud


def test_a_task_is_shown_without_its_body_unless_asked(paused: Cloud) -> None:
    added = paused.add(FAR, "first", http={"body": b"secret", "headers": {"X-Mine": "yes"}})

    assert (added.view, added.http_request.body) == (tasks_v2.Task.View.BASIC, b"")
    full = paused.task("first", full=True)
    assert (full.view, full.http_request.body) == (FULL, b"secret")
    assert dict(full.http_request.headers) == {"X-Mine": "yes", "User-Agent": "Google-Cloud-Tasks"}
    assert full.dispatch_deadline == timedelta(minutes=10)
    assert full.http_request.http_method == tasks_v2.HttpMethod.POST


def test_a_task_shows_how_its_attempts_went(cloud: Cloud, target: Target) -> None:
    cloud.add_queue(retry_config={"min_backoff": {"seconds": 60}})
    target.answer_with(503)
    cloud.add(target.url, "first")
    target.wait_for(1)

    task = cloud.wait_answered("first")

    attempt = task.last_attempt
    assert (task.dispatch_count, task.response_count) == (1, 1)
    assert attempt.response_status.message == "UNAVAILABLE(14): HTTP status code 503"
    assert attempt.response_status.code == 14
    assert attempt.schedule_time <= attempt.dispatch_time <= attempt.response_time
    assert task.first_attempt.dispatch_time == attempt.dispatch_time
    assert task.schedule_time >= attempt.response_time + timedelta(seconds=59)


def test_a_task_without_a_name_gets_one(paused: Cloud) -> None:
    one, two = paused.add(FAR), paused.add(FAR)

    assert one.name != two.name
    assert one.name.startswith(f"{QUEUE}/tasks/")


def test_tasks_are_listed_page_by_page(paused: Cloud) -> None:
    expected = [paused.add(FAR, f"t{number}").name for number in range(5)]

    pages = paused.client.list_tasks(request={"parent": QUEUE, "page_size": 2})

    assert [task.name for task in pages] == expected


def test_a_name_is_taken_while_its_task_waits(paused: Cloud) -> None:
    paused.add(FAR, "first")

    assert refusal_of(lambda: paused.add(FAR, "first")) == "ALREADY_EXISTS: Requested entity already exists"


def test_a_name_is_taken_for_an_hour_after_its_task_is_done(cloud: Cloud, target: Target) -> None:
    cloud.add_queue()
    cloud.add(target.url, "first")
    cloud.wait_gone("first")

    refusal = refusal_of(lambda: cloud.add(target.url, "first"))

    assert refusal.startswith("ALREADY_EXISTS: The task cannot be created because a task with this name")
    assert refusal_of(lambda: cloud.task("first")).startswith("NOT_FOUND: The task no longer exists, though")
    cloud.clock.ahead_s = 3601
    cloud.add(target.url, "first")
    assert len(target.wait_for(2)) == 2


@pytest.mark.parametrize("how", ["delete", "purge", "give up"])
def test_a_name_is_taken_however_its_task_ended(cloud: Cloud, target: Target, how: str) -> None:
    cloud.add_queue(retry_config={"max_attempts": 1})
    if how == "give up":
        target.answer_with(500)
        cloud.add(target.url, "first")
        cloud.wait_gone("first")
    else:
        cloud.client.pause_queue(name=QUEUE)
        added = cloud.add(target.url, "first")
        if how == "delete":
            cloud.client.delete_task(name=added.name)
        else:
            assert cloud.client.purge_queue(name=QUEUE).purge_time

    assert "existed too recently" in refusal_of(lambda: cloud.add(target.url, "first"))


def test_deleted_and_purged_tasks_are_never_sent(paused: Cloud, target: Target) -> None:
    paused.client.delete_task(name=paused.add(target.url, "deleted").name)
    for _ in range(3):
        paused.add(target.url)
    paused.client.purge_queue(name=QUEUE)
    paused.client.resume_queue(name=QUEUE)

    kept = paused.add(target.url, "kept")

    assert [heard.tasks_header("TaskName") for heard in target.wait_for(1)] == ["kept"]
    paused.wait_gone(kept.name)
    assert list(paused.client.list_tasks(parent=QUEUE)) == []


@pytest.mark.parametrize("call", ["get_task", "delete_task", "run_task"])
def test_a_task_that_never_was_is_not_found(paused: Cloud, call: str) -> None:
    refusal = refusal_of(lambda: getattr(paused.client, call)(name=f"{QUEUE}/tasks/never"))

    assert refusal == "NOT_FOUND: Requested entity was not found."


SOON = datetime.now(UTC)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"http_request": {"url": ""}}, "HttpRequest.url is required."),
        ({"http_request": {"url": "ftp://a/b"}}, "must start with 'http://' or 'https://'"),
        ({"http_request": {"url": "http://a/" + "b" * 2083}}, "2083"),
        ({"http_request": {"url": FAR, "body": b"x", "http_method": "GET"}}, "HttpRequest.body"),
        ({"http_request": {"url": FAR, "headers": {"X": "y" * 82_000}}}, "80KB"),
        ({"http_request": {"url": FAR, "body": b"x" * 102_400}}, "too large"),
        ({"http_request": {"url": FAR, "oidc_token": {"audience": "a"}}}, "serviceAccountEmail"),
        ({}, "message_type"),
        ({"http_request": {"url": FAR}, "name": f"{QUEUE}/tasks/a b"}, 'Task ID "a b" can contain only'),
        ({"http_request": {"url": FAR}, "name": f"{QUEUE}/tasks/{'a' * 501}"}, "between 1 and 500"),
        ({"http_request": {"url": FAR}, "name": f"{QUEUE}s/tasks/a"}, "must be the same as the queue name"),
        ({"http_request": {"url": FAR}, "name": "a"}, "Task name must be formatted"),
        ({"http_request": {"url": FAR}, "schedule_time": SOON + timedelta(days=31)}, "no more than 720h"),
        ({"http_request": {"url": FAR}, "dispatch_deadline": timedelta(minutes=31)}, "[15s, 30m]"),
        ({"http_request": {"url": FAR}, "dispatch_deadline": timedelta(seconds=0.1)}, "[15s, 30m]"),
        ({"http_request": {"url": FAR}, "retry_config": {"max_attempts": -2}}, "maxAttempts"),
    ],
)
def test_an_impossible_task_is_refused(paused: Cloud, task: dict[str, Any], expected: str) -> None:
    refusal = refusal_of(lambda: paused.client.create_task(parent=QUEUE, task=tasks_v2.Task(task)))

    assert refusal.startswith("INVALID_ARGUMENT")
    assert expected in refusal


def test_a_body_just_under_the_limit_is_taken(paused: Cloud) -> None:
    paused.add(FAR, "big", http={"body": b"x" * 102_000})

    assert len(paused.task("big", full=True).http_request.body) == 102_000


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda client: client.get_iam_policy(request={"resource": QUEUE}), "CloudTasks/GetIamPolicy"),
        (lambda client: client.get_cmek_config(name=f"{LOCATION}/cmekConfig"), "CloudTasks/GetCmekConfig"),
        (lambda client: client.get_location({"name": LOCATION}), "Locations/GetLocation"),
        (lambda client: client.list_queues({"parent": LOCATION, "filter": "state: PAUSED"}), "filter"),
        (
            lambda client: client.create_task(
                parent=QUEUE, task={"app_engine_http_request": {"relative_uri": "/a"}}
            ),
            "App Engine",
        ),
        (
            lambda client: client.create_task(
                parent=QUEUE,
                task={"http_request": {"url": FAR, "oauth_token": {"service_account_email": "a@b"}}},
            ),
            "oauth_token",
        ),
        (
            lambda client: client.create_queue(
                parent=LOCATION, queue={"name": QUEUE + "2", "http_target": {"http_method": "GET"}}
            ),
            "http_target",
        ),
    ],
)
def test_the_error_names_the_method_that_is_not_implemented(
    paused: Cloud, call: Callable[[tasks_v2.CloudTasksClient], object], what: str
) -> None:
    refusal = refusal_of(lambda: call(paused.client))

    assert refusal.startswith("UNIMPLEMENTED: localcloud does not implement")
    assert what in refusal


def test_a_task_is_forgotten_after_31_days(paused: Cloud) -> None:
    paused.add(FAR, "first")

    paused.clock.ahead_s = 31 * 86400 + 60

    paused.wait_gone("first")
