"""Changing an existing task: other outputs, a new upload URL, cancellation, deletion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.costs.charges import Charge
from shared.domain.errors import RevisionChanged
from shared.domain.files import Output, Source
from shared.domain.states import State
from tests.builders import a_task
from tests.fakes.clock import NOON
from tests.functions.api.world import ANA, World

if TYPE_CHECKING:
    from shared.domain.task import Task
    from shared.ports.objects import ObjectInfo

TASK = f"/api/tasks/{'T' * 22}"
SONG, MP3 = f"{'T' * 22}/song.wav", f"{'T' * 22}/song.mp3"


@pytest.fixture
def world() -> World:
    return World()


def stored(world: World, state: State, **changes: Any) -> Task:
    """A task in this state; unless it is WAITING, its file is in the bucket."""
    if state is State.WAITING:
        return world.tasks.create(a_task())
    generation = world.folder.objects.put(SONG, b"sound").generation
    source = Source(SONG, generation=generation, size_bytes=5)
    return world.tasks.create(a_task(**{"state": state, "source": source, **changes}))


def converted(world: World) -> Task:
    world.folder.objects.put(MP3, b"mp3")
    return stored(world, State.PROCESSED, outputs=(Output("mp3", MP3, generation=1),))


def test_a_waiting_task_gets_other_outputs_and_keeps_waiting(world: World) -> None:
    stored(world, State.WAITING)
    answer = world.call("PUT", TASK, ANA, json={"newFormat": "ogg"})

    assert (answer.status_code, answer.get_json()["state"]) == (200, "WAITING")
    assert [o["filename"] for o in answer.get_json()["outputs"]] == ["song.ogg"]


@pytest.mark.parametrize(
    "state", [State.UPLOADED, State.CONVERTING, State.PROCESSED, State.FAILED, State.CANCELLED]
)
def test_an_uploaded_file_is_converted_again(world: World, state: State) -> None:
    before = stored(world, state)
    answer = world.call("PUT", TASK, ANA, json={"outputs": [{"format": "ogg"}, {"format": "flac"}]})
    live = world.folder.stat(SONG)

    assert (answer.status_code, answer.get_json()["state"]) == (202, "UPLOADED")
    assert live
    assert live.generation > (before.source.generation or 0)
    assert world.tasks.stored[before.id].source.superseded == before.source.generation


def test_the_new_outputs_are_stored_before_the_event_can_arrive(world: World) -> None:
    stored(world, State.PROCESSED)
    formats: list[str] = []
    rewrite = world.folder.rewrite

    def recording(info: ObjectInfo) -> None:
        formats.extend(output.format for output in world.tasks.stored["T" * 22].outputs)
        rewrite(info)

    world.folder.rewrite = recording  # type: ignore[method-assign]  # records
    world.call("PUT", TASK, ANA, json={"newFormat": "ogg"})

    assert formats == ["ogg"]


def test_a_rewrite_is_repeated_if_the_source_changed_in_between(world: World) -> None:
    stored(world, State.PROCESSED)
    rewrite, refusals = world.folder.rewrite, [RevisionChanged()]

    def interrupted(info: ObjectInfo) -> None:
        if refusals:
            world.folder.objects.put(SONG, b"sound")
            raise refusals.pop()
        rewrite(info)

    world.folder.rewrite = interrupted  # type: ignore[method-assign]  # fails once
    answer = world.call("PUT", TASK, ANA, json={"newFormat": "ogg"})
    task, live = world.tasks.stored["T" * 22], world.folder.stat(SONG)

    assert answer.status_code == 202
    assert live
    assert live.generation > (task.source.superseded or 0)


def test_former_outputs_are_deleted(world: World) -> None:
    converted(world)
    world.call("PUT", TASK, ANA, json={"newFormat": "ogg"})

    assert list(world.folder.objects.contents) == [SONG]


def test_an_output_that_keeps_its_name_stays_until_convert_replaces_it(world: World) -> None:
    converted(world)
    world.call("PUT", TASK, ANA, json={"newFormat": "mp3", "options": {"bitRateKbps": 320}})

    assert MP3 in world.folder.objects.contents


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED])
def test_a_task_without_a_file_cannot_be_converted_again(world: World, state: State) -> None:
    world.tasks.create(a_task(state=state))
    answer = world.call("PUT", TASK, ANA, json={"newFormat": "ogg"})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "newFormat"),
        ({"newFormat": "exe"}, "newFormat"),
        ({"newFormat": "ogg", "filename": "x.wav"}, "filename"),
        ({"newFormat": "ogg", "webhook": None}, "webhook"),
    ],
)
def test_an_invalid_field_of_a_change_is_named(world: World, body: dict[str, Any], field: str) -> None:
    stored(world, State.PROCESSED)
    answer = world.call("PUT", TASK, ANA, json=body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_a_waiting_task_gets_a_new_upload_url(world: World) -> None:
    stored(world, State.WAITING)
    upload = world.call("POST", f"{TASK}/upload", ANA).get_json()["upload"]

    assert (upload["method"], upload["resumable"]["method"]) == ("PUT", "POST")


@pytest.mark.parametrize("state", sorted(set(State) - {State.WAITING}))
def test_only_a_waiting_task_gets_a_new_upload_url(world: World, state: State) -> None:
    stored(world, state)

    assert world.call("POST", f"{TASK}/upload", ANA).status_code == 409


@pytest.mark.parametrize("state", [State.WAITING, State.UPLOADED, State.CONVERTING, State.CANCELLED])
def test_an_open_task_can_be_cancelled(world: World, state: State) -> None:
    stored(world, state)
    answer = world.call("POST", f"{TASK}/cancel", ANA)

    assert (answer.status_code, answer.get_json()["state"]) == (200, "CANCELLED")


@pytest.mark.parametrize("state", [State.PROCESSED, State.FAILED, State.EXPIRED])
def test_a_task_that_has_ended_cannot_be_cancelled(world: World, state: State) -> None:
    stored(world, state)

    assert world.call("POST", f"{TASK}/cancel", ANA).status_code == 409


@pytest.mark.parametrize("state", list(State))
def test_a_task_is_deleted_with_its_folder_in_any_state(world: World, state: State) -> None:
    stored(world, state)
    world.folder.objects.put(MP3, b"mp3")
    world.folder.objects.put("other/song.mp3", b"another task's")
    answer = world.call("DELETE", TASK, ANA)

    assert (answer.status_code, answer.text) == (204, "")
    assert (world.tasks.stored, list(world.folder.objects.contents)) == ({}, ["other/song.mp3"])
    assert world.call("DELETE", TASK, ANA).status_code == 404


def charged(world: World) -> Task:
    """A processed task whose files are paid for until it expires, half way there."""
    charge = Charge(
        NOON,
        1,
        1,
        shard=3,
        compute=50,
        source_storage=1000,
        output_storage=100,
        source_bytes=10,
        output_bytes=1,
    )
    task = replace(stored(world, State.PROCESSED), charges=(charge,))
    task = world.tasks.replace(task)
    world.clock.advance((task.expire_at - NOON).total_seconds() / 2)
    return task


def spent(world: World) -> int:
    return world.tasks.ledger.usage("ana", "2026-11").nano_usd


def test_deleting_gives_the_rest_of_the_storage_back_once(world: World) -> None:
    """sismics/docs#308, apple/ccs-calendarserver#93: quotas that stayed used, or went below zero."""
    charged(world)
    assert spent(world) == 1150

    assert world.call("DELETE", TASK, ANA).status_code == 204
    assert world.call("DELETE", TASK, ANA).status_code == 404
    assert spent(world) == 600
    assert world.tasks.ledger.usage("ana", "2026-11").stored_bytes == 0


def test_two_deletions_at_once_give_back_once(world: World) -> None:
    task = charged(world)
    clear = world.folder.delete_folder

    def and_another_deletes(folder: str) -> int:
        world.folder.delete_folder = clear  # type: ignore[method-assign]  # the fake, once
        assert world.call("DELETE", TASK, ANA).status_code == 204
        return clear(folder)

    world.folder.delete_folder = and_another_deletes  # type: ignore[method-assign]  # as above

    assert world.call("DELETE", TASK, ANA).status_code == 204
    assert (world.tasks.get(task.id), spent(world)) == (None, 600)


def test_deleting_in_the_next_month_gives_back_where_it_was_paid(world: World) -> None:
    charged(world)
    world.clock.advance(10 * 86_400)
    world.call("DELETE", TASK, ANA)

    assert 0 < spent(world) < 1150
    assert world.tasks.ledger.usage("ana", "2026-12").nano_usd == 0


def test_other_outputs_give_back_the_storage_of_the_former_ones(world: World) -> None:
    charged(world)
    world.folder.objects.put(SONG, b"song")
    assert world.call("PUT", TASK, ANA, json={"newFormat": "ogg"}).status_code == 202

    assert spent(world) == 1100


def test_cancelling_settles_what_is_reserved(world: World) -> None:
    """BerriAI/litellm#27639: some ends left a reservation behind."""
    charge = Charge(NOON, 1, 1, shard=3, nano_per_s=2, reserved=10_000)
    world.tasks.replace(replace(stored(world, State.CONVERTING), charges=(charge,)))
    world.clock.advance(4)
    assert world.call("POST", f"{TASK}/cancel", ANA).get_json()["cost"]["totalUsd"] == 8e-09

    assert (spent(world), world.tasks.ledger.usage("ana", "2026-11").reserved_nano_usd) == (8, 0)


def test_an_interrupted_deletion_can_be_repeated(world: World) -> None:
    stored(world, State.CONVERTING)
    clear = world.folder.delete_folder

    def broken(folder: str) -> int:
        raise OSError(folder)

    world.folder.delete_folder = broken  # type: ignore[method-assign]  # the fake, broken
    first = world.call("DELETE", TASK, ANA)
    stopped = world.tasks.stored["T" * 22].state
    world.folder.delete_folder = clear  # type: ignore[method-assign]  # as above

    assert (first.status_code, stopped) == (500, State.CANCELLED)
    assert world.call("DELETE", TASK, ANA).status_code == 204


CHANGES = [("PUT", TASK), ("DELETE", TASK), ("POST", f"{TASK}/cancel")]


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_if_match_with_an_old_etag_is_refused(world: World, method: str, path: str) -> None:
    task = stored(world, State.UPLOADED)
    read = world.call("GET", TASK, ANA).headers["ETag"]
    world.tasks.replace(replace(task, progress=0.5))
    headers = ANA | {"If-Match": read}
    answer = world.call(method, path, headers, json={"newFormat": "ogg"})

    assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
    assert task.id in world.tasks.stored


@pytest.mark.parametrize("tag", ["*", None])
@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_if_match_with_the_current_etag_is_accepted(
    world: World, method: str, path: str, tag: str | None
) -> None:
    stored(world, State.UPLOADED)
    headers = ANA | {"If-Match": tag or world.call("GET", TASK, ANA).headers["ETag"]}

    assert world.call(method, path, headers, json={"newFormat": "ogg"}).status_code in {200, 202, 204}


def test_if_none_match_with_the_current_etag_is_answered_304(world: World) -> None:
    task = stored(world, State.UPLOADED)
    read = world.call("GET", TASK, ANA).headers["ETag"]
    same = world.call("GET", TASK, ANA | {"If-None-Match": read})
    world.tasks.replace(replace(task, progress=0.5))
    later = world.call("GET", TASK, ANA | {"If-None-Match": read})

    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", read)
    assert same.headers["Cache-Control"] == later.headers["Cache-Control"] == "no-store"
    assert later.status_code == 200
