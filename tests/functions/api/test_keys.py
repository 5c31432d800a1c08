"""API keys: what programs may do with them, and what only a person may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.api.service.keys import MAX_KEYS
from tests.functions.api.world import ANA, BEA, World


@pytest.fixture
def world() -> World:
    return World()


def bearer(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_key_acts_for_its_owner(world: World) -> None:
    key = bearer(world.key())
    made = world.call("POST", "/api/tasks", key, json={"filename": "a.wav", "newFormat": "mp3"})
    task = f"/api/tasks/{made.get_json()['id']}"

    assert world.call("GET", task, ANA).status_code == 200
    assert world.call("GET", task, BEA).status_code == 404
    assert world.call("DELETE", task, key).status_code == 204


def test_secret_is_shown_once_and_not_stored(world: World) -> None:
    key = world.key(name="Podcast server", scope="read", validDays=30)
    listed = world.call("GET", "/api/keys", ANA)

    assert key["key"].startswith("snb_")
    assert key["key"].endswith(key["ending"])
    assert key["key"] not in listed.text + repr(world.keys.stored) + world.log.getvalue()
    assert listed.get_json() == {"keys": [{name: key[name] for name in key if name != "key"}]}


def test_key_that_may_only_read_changes_nothing(world: World) -> None:
    key, task = bearer(world.key(scope="read")), world.created()["id"]

    assert world.call("GET", "/api/tasks", key).status_code == 200
    for method, path in [
        ("POST", "/api/tasks"),
        ("PUT", f"/api/tasks/{task}"),
        ("DELETE", f"/api/tasks/{task}"),
        ("POST", f"/api/tasks/{task}/cancel"),
        ("POST", f"/api/tasks/{task}/upload"),
        ("PUT", "/api/webhook"),
        ("POST", "/api/webhook/test"),
    ]:
        assert code(world.call(method, path, key, json={})) == (403, "key_not_allowed")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/keys"), ("POST", "/api/keys"), ("DELETE", "/api/keys/" + "0" * 32)]
)
def test_keys_are_managed_by_a_person(world: World, method: str, path: str) -> None:
    assert code(world.call(method, path, bearer(world.key()), json={})) == (403, "key_not_allowed")


def test_revoked_key_is_refused_at_once(world: World) -> None:
    key = world.key()
    world.call("GET", "/api/tasks", bearer(key))
    revoked = world.call("DELETE", f"/api/keys/{key['id']}", ANA)
    refused = world.call("GET", "/api/tasks", bearer(key))

    assert (revoked.status_code, code(refused)) == (204, (401, "unauthenticated"))
    assert code(world.call("DELETE", f"/api/keys/{key['id']}", ANA)) == (404, "key_not_found")


@pytest.mark.parametrize("key_id", ["0" * 32, "none", "..%2Fusers%2Fana", "__all__"])
def test_unknown_key_is_not_found(world: World, key_id: str) -> None:
    answer = world.call("DELETE", f"/api/keys/{key_id}", ANA)

    assert answer.status_code == 404


def test_key_of_another_user_is_not_found(world: World) -> None:
    key = world.key()

    assert code(world.call("DELETE", f"/api/keys/{key['id']}", BEA)) == (404, "key_not_found")
    assert world.call("GET", "/api/keys", BEA).get_json() == {"keys": []}


@pytest.mark.parametrize("change", [lambda key: key + "0", lambda key: key[:-1], lambda _: "snb_"])
def test_any_other_secret_is_refused(world: World, change: Any) -> None:
    changed = {"key": change(world.key()["key"])}

    assert code(world.call("GET", "/api/tasks", bearer(changed))) == (401, "unauthenticated")


def test_key_ends_when_it_expires(world: World) -> None:
    key = bearer(world.key(validDays=2))
    world.clock.now += timedelta(days=2, seconds=-1)
    before = world.call("GET", "/api/tasks", key)
    world.clock.now += timedelta(seconds=1)

    assert before.status_code == 200
    assert code(world.call("GET", "/api/tasks", key)) == (401, "unauthenticated")


def test_last_use_is_noted_once_an_hour(world: World) -> None:
    key = bearer(world.key())
    for _ in range(3):
        world.call("GET", "/api/tasks", key)
    first = world.keys.marks
    world.clock.now += timedelta(hours=1)
    world.call("GET", "/api/tasks", key)
    shown = world.call("GET", "/api/keys", ANA).get_json()["keys"][0]["lastUsedAt"]

    assert (first, world.keys.marks) == (1, 2)
    assert shown.endswith(":00:00.000Z")


def test_key_of_a_disabled_account_is_refused_within_an_hour(world: World) -> None:
    key = bearer(world.key())
    world.call("GET", "/api/tasks", key)
    world.disabled.add("ana")
    world.clock.now += timedelta(hours=1)

    assert code(world.call("GET", "/api/tasks", key)) == (403, "account_disabled")


def test_number_of_keys_is_limited(world: World) -> None:
    keys = [world.key() for _ in range(MAX_KEYS)]
    refused = world.call("POST", "/api/keys", ANA, json={"name": "one more"})
    world.call("DELETE", f"/api/keys/{keys[0]['id']}", ANA)

    assert code(refused) == (409, "too_many_keys")
    assert world.key()


def test_log_names_the_key_and_never_its_secret(world: World) -> None:
    key = world.key()
    world.call("POST", "/api/tasks", bearer(key), json={"filename": "a.wav", "newFormat": "mp3"})
    lines = world.log.getvalue().splitlines()[-2:]

    assert all(f'"keyId": "{key["id"]}"' in line for line in lines)
    assert key["key"] not in world.log.getvalue()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "scope": "admin"}, "scope"),
        ({"name": "x", "validDays": 0}, "validDays"),
        ({"name": "x", "validDays": 1.5}, "validDays"),
        ({"name": "x", "expires": 3}, "expires"),
    ],
)
def test_invalid_field_is_named(world: World, body: dict[str, Any], field: str) -> None:
    answer = world.call("POST", "/api/keys", ANA, json=body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
