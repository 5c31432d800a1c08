"""Creating tasks: once per Idempotency-Key, and within the limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.costs.ledger import MONTH, Ledger
from shared.domain.errors import AlreadyExists
from shared.domain.states import State
from tests.functions.api.world import ANA, BEA, LIMITS, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from shared.domain.task import Task
    from shared.ports.admission import Arrival, StoredResponse, Usage

BODY = {"filename": "song.wav", "newFormat": "mp3"}


@pytest.fixture
def world() -> World:
    return World()


def create(world: World, key: str | None = None, who: dict[str, str] = ANA, **more: Any) -> TestResponse:
    headers = who | ({"Idempotency-Key": key} if key else {})
    return world.call("POST", "/api/tasks", headers, json=BODY | more)


def test_the_same_key_and_body_get_the_same_response(world: World) -> None:
    first = create(world, "k1")
    world.clock.advance(3600)
    second = create(world, "k1")

    assert (first.status_code, first.data, first.headers["ETag"], first.headers["Location"]) == (
        second.status_code,
        second.data,
        second.headers["ETag"],
        second.headers["Location"],
    )
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(world.tasks.stored) == 1


def test_the_order_of_names_in_the_body_does_not_matter(world: World) -> None:
    create(world, "k1")
    headers = ANA | {"Idempotency-Key": "k1"}
    turned = world.call("POST", "/api/tasks", headers, json=dict(reversed(BODY.items())))

    assert turned.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    create(world, "k1")
    answer = create(world, "k1", newFormat="ogg")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")


def test_keys_of_different_users_are_independent(world: World) -> None:
    hers, his = create(world, "k1", ANA).get_json(), create(world, "k1", BEA).get_json()

    assert hers["id"] != his["id"]


def test_a_key_expires_after_a_day(world: World) -> None:
    first = create(world, "k1").get_json()
    world.clock.advance(24 * 3600 + 1)
    second = create(world, "k1")

    assert (second.status_code, second.get_json()["id"] != first["id"]) == (201, True)
    assert create(world, "k1").headers["Idempotent-Replayed"] == "true"


def test_two_requests_that_find_an_expired_key_create_one_task(world: World) -> None:
    create(world, "k1")
    world.clock.advance(24 * 3600 + 1)
    forget = world.admission.delete_response

    def interrupted(response: StoredResponse) -> None:
        world.admission.delete_response = forget  # type: ignore[method-assign]  # the fake, as it was
        assert create(world, "k1").status_code == 201
        forget(response)

    world.admission.delete_response = interrupted  # type: ignore[method-assign]  # races
    answer = create(world, "k1")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_key_in_use")
    assert len(world.tasks.stored) == 2


def test_a_key_in_use_by_another_request_is_refused(world: World) -> None:
    admit = world.admission.admit

    def interrupted(task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        world.clock.advance(0.01)
        if response:
            admit(replace(task, id="O" * 22), arrival, response._replace(task_id="O" * 22))
        return admit(task, arrival, response)

    world.admission.admit = interrupted  # type: ignore[method-assign]  # races
    answer = create(world, "k1")
    world.admission.admit = admit  # type: ignore[method-assign]  # as above
    world.clock.advance(1)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_key_in_use")
    assert answer.headers["Retry-After"] == "1"
    assert create(world, "k1").headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_write_whose_response_was_lost_is_recognised(world: World, key: str | None) -> None:
    admit = world.admission.admit

    def lost(task: Task, arrival: Arrival, response: StoredResponse | None) -> tuple[Task, Usage]:
        world.clock.advance(0.01)
        admit(task, arrival, response)
        raise AlreadyExists

    world.admission.admit = lost  # type: ignore[method-assign]  # loses the response
    answer = create(world, key)

    assert (answer.status_code, answer.get_json()["id"] in world.tasks.stored) == (201, True)
    assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 256, "ñ", "a\tb"])
def test_an_invalid_key_is_refused(world: World, key: str) -> None:
    answer = world.call("POST", "/api/tasks", ANA | {"Idempotency-Key": key}, json=BODY)

    assert (answer.status_code, answer.get_json()["field"]) == (422, "Idempotency-Key")


def test_too_many_open_tasks_are_refused_until_one_ends(world: World) -> None:
    tasks = [create(world).get_json()["id"] for _ in range(LIMITS.open_tasks)]
    refused = create(world, "k1")
    world.call("POST", f"/api/tasks/{tasks[0]}/cancel", ANA)

    assert (refused.status_code, refused.get_json()["code"]) == (429, "quota_exceeded")
    assert f"The limit is {LIMITS.open_tasks} open tasks" in refused.get_json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert create(world, "k1").status_code == 201
    assert create(world, who=BEA).status_code == 201


def test_refused_requests_in_parallel_do_not_free_quota(world: World) -> None:
    for _ in range(LIMITS.open_tasks):
        create(world)
    count = world.admission.count_open

    def interrupted(owner: str, limit: int) -> int:
        world.admission.count_open = count  # type: ignore[method-assign]  # the fake, as it was
        others = [create(world).status_code for _ in range(3)]
        assert others == [429] * 3
        return count(owner, limit)

    world.admission.count_open = interrupted  # type: ignore[method-assign]  # races
    answers = [create(world).status_code for _ in range(2)]

    assert answers == [429] * 2
    assert len(world.tasks.stored) == LIMITS.open_tasks


def test_a_reopened_task_counts_as_open(world: World) -> None:
    path = f"/api/tasks/{create(world).get_json()['id']}"
    world.call("POST", f"{path}/cancel", ANA)
    (task,) = world.tasks.stored.values()
    world.folder.objects.put(task.source.object, b"sound")
    for _ in range(LIMITS.open_tasks):
        create(world)
    answer = world.call("PUT", path, ANA, json={"newFormat": "ogg"})

    assert (answer.status_code, answer.get_json()["code"]) == (429, "quota_exceeded")


def test_open_tasks_are_only_counted_near_the_limit(world: World) -> None:
    for _ in range(3 * LIMITS.open_tasks):
        world.clock.advance(60)
        task = create(world).get_json()
        world.call("DELETE", f"/api/tasks/{task['id']}", ANA)

    assert world.admission.counted == 2


def test_requests_over_the_rate_are_refused_until_retry_after(world: World) -> None:
    for _ in range(LIMITS.per_minute):
        task = create(world).get_json()
        world.call("DELETE", f"/api/tasks/{task['id']}", ANA)
    refused = create(world)
    world.clock.advance(int(refused.headers["Retry-After"]))

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "6")
    assert f"The limit is {LIMITS.per_minute} uploads" in refused.get_json()["detail"]
    assert create(world).status_code == 201


def test_renewed_uploads_and_repeated_conversions_count_too(world: World) -> None:
    task = create(world).get_json()
    path = f"/api/tasks/{task['id']}"
    answers = [world.call("POST", f"{path}/upload", ANA).status_code for _ in range(LIMITS.per_minute)]
    source = replace(world.tasks.stored[task["id"]], state=State.PROCESSED)
    world.tasks.replace(source)
    world.folder.objects.put(source.source.object, b"sound")

    assert (answers[-2:], world.call("PUT", path, ANA, json={"newFormat": "ogg"}).status_code) == (
        [200, 429],
        429,
    )


@pytest.mark.parametrize(
    ("declared", "code", "limit"),
    [
        ({"sizeBytes": 1001}, "declared_too_large", "1000"),
        ({"durationS": 600.5}, "declared_too_long", "600"),
    ],
)
def test_a_declared_size_or_duration_over_the_limit_is_refused(
    world: World, declared: dict[str, float], code: str, limit: str
) -> None:
    answer = create(world, None, ANA, **declared)

    assert (answer.status_code, answer.get_json()["code"]) == (413, code)
    assert limit in answer.get_json()["detail"]
    assert world.tasks.stored == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sizeBytes", -1),
        ("sizeBytes", 1.5),
        ("sizeBytes", True),
        ("sizeBytes", 2**53),
        ("durationS", -0.1),
        ("durationS", "5"),
    ],
)
def test_an_invalid_size_or_duration_is_named(world: World, field: str, value: object) -> None:
    answer = create(world, None, ANA, **{field: value})

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_no_task_is_created_once_the_months_money_is_spent(world: World) -> None:
    month = Ledger(MONTH, "2026-11", "ana")
    held = world.tasks.ledger.held[month] = Counter({"nanoUsd": LIMITS.nano_usd})
    answer = world.call("POST", "/api/tasks", ANA, json={"filename": "song.wav", "newFormat": "mp3"})

    assert (answer.status_code, answer.get_json()["code"]) == (429, "spending_cap_reached")
    assert "2026-12-01" in answer.get_json()["detail"]
    assert 7 * 86_400 < int(answer.headers["Retry-After"]) < 8 * 86_400
    assert (world.tasks.stored, held["nanoUsd"], held["tasks"]) == ({}, LIMITS.nano_usd, 0)


def test_what_is_only_reserved_does_not_refuse_a_new_task(world: World) -> None:
    month = Ledger(MONTH, "2026-11", "ana")
    world.tasks.ledger.held[month] = Counter({"nanoUsd": LIMITS.nano_usd, "reservedNanoUsd": 10**9})
    answer = world.call("POST", "/api/tasks", ANA, json={"filename": "song.wav", "newFormat": "mp3"})

    assert answer.status_code == 201


def test_a_new_task_is_counted_with_what_its_requests_cost(world: World) -> None:
    body = {"filename": "song.wav", "newFormat": "mp3", "maxCostUsd": 0.25}
    assert world.call("POST", "/api/tasks", ANA, json=body).status_code == 201
    (task,) = world.tasks.stored.values()
    used = world.tasks.ledger.usage("ana", "2026-11")

    assert (used.tasks, used.nano_usd, used.reserved_nano_usd) == (1, task.cost, 0)
    assert (task.max_cost, task.cost > 0) == (250_000_000, True)


def test_a_limit_of_cost_that_no_ledger_could_hold_is_refused(world: World) -> None:
    body = {"filename": "song.wav", "newFormat": "mp3", "maxCostUsd": 1.4e308}
    answer = world.call("POST", "/api/tasks", ANA, json=body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, "maxCostUsd")
