"""A user cannot read, change or detect another user's task, on any route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.api.openapi.operations import OPERATIONS
from shared.domain.names import new_task_id
from tests.users import User

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud

# Every operation on one task.
ROUTES = [(o.method, o.path) for o in OPERATIONS if "{task_id}" in o.path]
BODIES: dict[str, Any] = {"PUT": {"newFormat": "ogg"}}
CHANGING = {"date", "x-request-id", "content-length"}


@pytest.fixture(scope="module")
def ana(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


@pytest.fixture(scope="module")
def bea(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


def response_of(
    user: User, method: str, path: str, **more: Any
) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Everything in a response that could reveal whether the task exists."""
    answer = user.call(method, path, json=BODIES.get(method), **more)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    problem = {name: value for name, value in answer.json().items() if name != "requestId"}
    return answer.status_code, {n: v for n, v in headers.items() if n not in CHANGING}, problem


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("kind", ["another's", "a deleted", "a malformed"])
def test_another_users_id_gets_the_same_response_as_a_guessed_one(
    ana: User, bea: User, method: str, path: str, kind: str
) -> None:
    task_id = ana.create()["id"] if kind == "another's" else bea.create()["id"]
    if kind == "a deleted":
        bea.call("DELETE", f"/api/tasks/{task_id}")
    if kind == "a malformed":
        task_id = f"{task_id}~"
    guessed = response_of(bea, method, path.format(task_id=new_task_id()))

    assert response_of(bea, method, path.format(task_id=task_id)) == guessed
    assert (guessed[0], guessed[2]["code"]) == (404, "not_found")


@pytest.mark.parametrize("condition", [{"If-Match": '"0"'}, {"If-None-Match": "*"}, {"If-Match": "*"}])
def test_conditional_requests_reveal_nothing_about_another_users_task(
    ana: User, bea: User, condition: dict[str, str]
) -> None:
    task_id = ana.create()["id"]
    for method in ("GET", "PUT", "DELETE"):
        assert response_of(bea, method, f"/api/tasks/{task_id}", headers=condition)[0] == 404


def test_requests_of_another_user_change_nothing(ana: User, bea: User) -> None:
    task_id = ana.create()["id"]
    before = ana.call("GET", f"/api/tasks/{task_id}")
    for method, path in ROUTES:
        response_of(bea, method, path.format(task_id=task_id))
    after = ana.call("GET", f"/api/tasks/{task_id}")

    assert (before.json(), before.headers["ETag"]) == (after.json(), after.headers["ETag"])


def test_another_users_page_token_lists_only_the_callers_tasks(ana: User, bea: User) -> None:
    ana.create()
    ana.create()
    own = bea.create()["id"]
    token = ana.call("GET", "/api/tasks?max=1").json()["nextPageToken"]
    seen = bea.call("GET", f"/api/tasks?order=0&pageToken={token}").json()["tasks"]

    assert {task["id"] for task in seen} <= {
        task["id"] for task in bea.call("GET", "/api/tasks").json()["tasks"]
    }
    assert own in {task["id"] for task in seen}


def test_another_users_key_does_not_return_their_response(ana: User, bea: User) -> None:
    body, key = {"filename": "a.wav", "newFormat": "mp3"}, {"Idempotency-Key": new_task_id()}
    theirs = ana.call("POST", "/api/tasks", json=body, headers=key).json()
    ones_own = bea.call("POST", "/api/tasks", json=body, headers=key).json()

    assert theirs["id"] != ones_own["id"]
