"""Links that need no token: valid for one purpose and a limited time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.domain.states import State
from tests.builders import a_task
from tests.functions.api.world import ANA, BEA, World

TASK = f"/api/tasks/{'T' * 22}"


@pytest.fixture
def world() -> World:
    world = World()
    world.tasks.create(a_task(state=State.PROCESSED))
    return world


def link_of(world: World) -> str:
    shown = world.call("GET", TASK, ANA).get_json()
    return str(shown["outputs"][0]["download"]["url"]).removeprefix("http://localhost")


def test_a_link_works_without_and_with_another_users_token(world: World) -> None:
    link = link_of(world)

    assert (world.call("GET", link).status_code, world.call("GET", link, BEA).status_code) == (302, 302)


def test_a_redirect_is_cached_for_less_than_its_target_is_valid(world: World) -> None:
    assert world.call("GET", link_of(world)).headers["Cache-Control"] == "private, max-age=300"
    assert world.call("GET", f"{TASK}/download", ANA).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("output=0", "output=1"),
        ("file=converted", "file=original"),
        ("signature=", "signature=A"),
        ("expires=", "expires=9"),
        ("file=converted&", ""),
        ("/download", "/upload/session"),
        ("T" * 22, "U" * 22),
        ("expires", "more=1&expires"),
    ],
)
def test_a_modified_link_leads_nowhere(world: World, before: str, after: str) -> None:
    world.tasks.create(a_task(id="U" * 22, nonce="another"))
    changed = link_of(world).replace(before, after)
    method = "POST" if "session" in changed else "GET"

    # Parameters that the route does not have are refused as such: a session has none of a download.
    has_unknown = "session" in changed or "more" in changed
    assert world.call(method, changed).status_code == (422 if has_unknown else 404)


def test_a_link_is_valid_for_at_least_its_lifetime_and_then_expires(world: World) -> None:
    world.clock.advance(899)
    link = link_of(world)
    world.clock.advance(900)
    valid = world.call("GET", link)
    world.clock.advance(900)
    late = world.call("GET", link)

    assert (valid.status_code, late.status_code, late.get_json()["code"]) == (302, 403, "link_expired")


def test_the_etag_changes_before_the_links_expire(world: World) -> None:
    tag = world.call("GET", TASK, ANA).headers["ETag"]
    soon = world.call("GET", TASK, ANA | {"If-None-Match": tag})
    world.clock.advance(900)
    later = world.call("GET", TASK, ANA | {"If-None-Match": tag})

    assert (soon.status_code, later.status_code) == (304, 200)
    assert world.call("POST", f"{TASK}/cancel", ANA | {"If-Match": tag}).status_code == 409


def test_an_upload_session_is_opened_only_while_the_task_waits(world: World) -> None:
    upload = world.created()["upload"]["resumable"]
    path = upload["url"].removeprefix("http://localhost")
    opened = world.call("POST", path, upload["headers"] | {"Origin": "https://page.example"})
    task = next(t for t in world.tasks.stored.values() if t.state is State.WAITING)
    world.tasks.replace(replace(task, state=State.UPLOADED))
    late = world.call("POST", path, upload["headers"])

    assert (opened.status_code, opened.get_json()["url"]) == (201, opened.headers["Location"])
    assert opened.headers["Location"].endswith("&most=1000&origin=https://page.example")
    assert late.status_code == 409


def test_links_use_the_host_and_scheme_of_the_request(world: World) -> None:
    headers = ANA | {"Host": "sonube.example", "X-Forwarded-Proto": "https"}
    shown = world.call("GET", TASK, headers).get_json()

    assert shown["source"]["download"]["url"].startswith(f"https://sonube.example{TASK}/download?")
