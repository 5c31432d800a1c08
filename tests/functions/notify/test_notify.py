"""Only convert's own announcement, through IAM, ends a task; and it does so once."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from functions.notify.claims import Invoker
from functions.notify.finish import Announcement, Finish, parse_announcement
from shared.domain.errors import Forbidden, InvalidField, Unauthenticated
from shared.domain.states import State
from shared.domain.task import Probe
from tests.fakes import NOON, FakeClock, FakeEndpoints, FakeQueue, FakeTasks, a_task, an_upload

INVOKER = Invoker("invoker@p.iam.gserviceaccount.com", "https://notify.example")
GOOD = {
    "iss": "https://accounts.google.com",
    "aud": "https://notify.example",
    "email": "invoker@p.iam.gserviceaccount.com",
    "email_verified": True,
    "exp": 2_000,
}


def authorization(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(GOOD | claims).encode()).decode().rstrip("=")
    return f"Bearer e30.{payload}.SIGNATURE_REMOVED_BY_GOOGLE"


def test_the_invoker_is_let_in() -> None:
    INVOKER.check(authorization(), now_s=1_000)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "other@p"},
        {"email_verified": False},
        {"aud": "https://other"},
        {"iss": "https://evil"},
        {"email": None},
    ],
)
def test_anybody_else_is_forbidden(claims: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        INVOKER.check(authorization(**claims), now_s=1_000)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer e30.W10.x", "Basic e30.e30.x", authorization(exp=10)],
)
def test_without_a_fresh_token_nobody_is(header: str) -> None:
    with pytest.raises(Unauthenticated):
        INVOKER.check(header, now_s=1_000)


def world() -> tuple[FakeTasks, Finish]:
    tasks = FakeTasks()
    task = tasks.create(a_task())
    task = task.claimed(an_upload(), "lease", NOON + timedelta(minutes=9), NOON)
    tasks.replace(task.finished("lease", task.outputs, Probe("wav", "pcm_s16le", 1.0, 8000, 1), NOON))
    return tasks, Finish(tasks, FakeEndpoints(), FakeQueue, FakeClock())


def test_the_announcement_ends_the_task_once() -> None:
    tasks, finish = world()
    first = finish.run(a_task().id, Announcement("nonce", 1001, 1))
    writes = tasks.writes
    second = finish.run(a_task().id, Announcement("nonce", 1001, 1))

    assert (first and first.state) == State.PROCESSED
    assert (None, writes) == (second, tasks.writes)


@pytest.mark.parametrize("said", [Announcement("nonce", 1001, 2), Announcement("nonce", 1000, 1)])
def test_a_stale_announcement_changes_nothing(said: Announcement) -> None:
    tasks, finish = world()

    assert finish.run(a_task().id, said) is None
    assert tasks.stored[a_task().id].state == State.CONVERTING


def test_a_wrong_nonce_is_forbidden_and_changes_nothing() -> None:
    tasks, finish = world()

    with pytest.raises(Forbidden):
        finish.run(a_task().id, Announcement("guess", 1001, 1))
    assert tasks.stored[a_task().id].state == State.CONVERTING


def test_a_task_that_is_gone_is_acknowledged() -> None:
    assert world()[1].run("gone", Announcement("nonce", 1001, 1)) is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "nonce"),
        ({"nonce": 5}, "nonce"),
        ({"nonce": "n", "generation": 5}, "generation"),
        ({"nonce": "n", "generation": "x"}, "generation"),
        ({"nonce": "n", "generation": "5"}, "attempt"),
        ({"nonce": "n", "generation": "5", "attempt": True}, "attempt"),
        ({"nonce": "n", "generation": "5", "attempt": 0}, "attempt"),
    ],
)
def test_a_wrong_announcement_names_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_announcement(body)

    assert field == caught.value.field
