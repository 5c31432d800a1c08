"""One user never sees, touches or infers another's task: every route, every kind of id that is not theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.api.openapi.operations import OPERATIONS
from shared.domain.names import new_task_id
from tests.users import User

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud

# All that needs a token and speaks of one task; an operation that is added joins by itself.
ROUTES = [(o.method, o.path) for o in OPERATIONS if "{task_id}" in o.path]
BODIES: dict[str, Any] = {"PUT": {"newFormat": "ogg"}}
CHANGING = {"date", "x-request-id", "content-length"}


@pytest.fixture(scope="module")
def ana(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


@pytest.fixture(scope="module")
def bea(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()


def said(user: User, method: str, path: str, **more: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
    """All of an answer that could tell one id from another."""
    answer = user.call(method, path, json=BODIES.get(method), **more)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    problem = {name: value for name, value in answer.json().items() if name != "requestId"}
    return answer.status_code, {n: v for n, v in headers.items() if n not in CHANGING}, problem


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("kind", ["another's", "a deleted", "a malformed"])
def test_an_id_that_is_not_ones_own_is_answered_as_one_that_was_guessed(
    ana: User, bea: User, method: str, path: str, kind: str
) -> None:
    task_id = ana.create()["id"] if kind == "another's" else bea.create()["id"]
    if kind == "a deleted":
        bea.call("DELETE", f"/api/tasks/{task_id}")
    if kind == "a malformed":
        task_id = f"{task_id}~"
    guessed = said(bea, method, path.format(task_id=new_task_id()))

    assert said(bea, method, path.format(task_id=task_id)) == guessed
    assert (guessed[0], guessed[2]["code"]) == (404, "not_found")


@pytest.mark.parametrize("condition", [{"If-Match": '"0"'}, {"If-None-Match": "*"}, {"If-Match": "*"}])
def test_conditions_tell_nothing_of_anothers_task(ana: User, bea: User, condition: dict[str, str]) -> None:
    task_id = ana.create()["id"]
    for method in ("GET", "PUT", "DELETE"):
        assert said(bea, method, f"/api/tasks/{task_id}", headers=condition)[0] == 404


def test_what_a_stranger_tried_changes_nothing(ana: User, bea: User) -> None:
    task_id = ana.create()["id"]
    before = ana.call("GET", f"/api/tasks/{task_id}")
    for method, path in ROUTES:
        said(bea, method, path.format(task_id=task_id))
    after = ana.call("GET", f"/api/tasks/{task_id}")

    assert (before.json(), before.headers["ETag"]) == (after.json(), after.headers["ETag"])


def test_anothers_place_in_the_list_leads_only_to_ones_own(ana: User, bea: User) -> None:
    ana.create()
    ana.create()
    own = bea.create()["id"]
    token = ana.call("GET", "/api/tasks?max=1").json()["nextPageToken"]
    seen = bea.call("GET", f"/api/tasks?order=0&pageToken={token}").json()["tasks"]

    assert {task["id"] for task in seen} <= {
        task["id"] for task in bea.call("GET", "/api/tasks").json()["tasks"]
    }
    assert own in {task["id"] for task in seen}


def test_anothers_key_leads_to_no_answer_of_theirs(ana: User, bea: User) -> None:
    body, key = {"filename": "a.wav", "newFormat": "mp3"}, {"Idempotency-Key": new_task_id()}
    theirs = ana.call("POST", "/api/tasks", json=body, headers=key).json()
    ones_own = bea.call("POST", "/api/tasks", json=body, headers=key).json()

    assert theirs["id"] != ones_own["id"]
