"""Lists of tasks, and answers that are compressed on request."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.files import Output, Source
from shared.domain.media import Probe, Track
from shared.domain.states import State
from tests.builders import a_task
from tests.functions.api.world import ANA, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

TASK = "T" * 22
# As long as the lyrics and credits of a well-kept collection.
TAGS = {f"tag {number}": "text " * 100 for number in range(100)}


@pytest.fixture
def world() -> World:
    """One task of Ana's, with many tags."""
    world = World()
    probe = Probe("wav", "pcm_s16le", 1.0, 44100, 2, tags=TAGS, tracks=(Track(1, "pcm_s16le"),))
    source = Source(f"{TASK}/song.wav", generation=1, size_bytes=5, probe=probe)
    outputs = (Output("mp3", f"{TASK}/song.mp3", generation=1),)
    world.tasks.create(a_task(state=State.PROCESSED, source=source, outputs=outputs))
    return world


def test_tags_and_tracks_are_only_in_the_task_itself(world: World) -> None:
    whole = world.call("GET", f"/api/tasks/{TASK}", ANA).get_json()["source"]
    answer = world.call("GET", "/api/tasks", ANA)
    (listed,) = answer.get_json()["tasks"]

    assert (whole["tags"], len(whole["tracks"])) == (TAGS, 1)
    assert set(whole) - set(listed["source"]) == {"tags", "tracks", "download"}
    assert len(answer.data) < 2000


def test_json_is_compressed_for_clients_that_ask_for_it(world: World) -> None:
    plain = world.call("GET", f"/api/tasks/{TASK}", ANA)
    packed = world.call("GET", f"/api/tasks/{TASK}", ANA | {"Accept-Encoding": "br, gzip;q=0.5"})
    refused = world.call("GET", f"/api/tasks/{TASK}", ANA | {"Accept-Encoding": "gzip;q=0"})

    assert json.loads(gzip.decompress(packed.data)) == plain.get_json()
    assert (packed.headers["Content-Encoding"], len(packed.data) < len(plain.data) / 10) == ("gzip", True)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert {"Accept-Encoding"} == set(plain.vary) == set(packed.vary)
    assert "Content-Encoding" not in {**plain.headers, **refused.headers}
    # Two representations have two tags (RFC 9110, 8.8.3).
    assert packed.headers["ETag"] != plain.headers["ETag"]


def _changed(world: World, headers: dict[str, str]) -> TestResponse:
    return world.call("PUT", f"/api/tasks/{TASK}", ANA | headers, json={"newFormat": "ogg"})


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_tag_of_each_representation_can_be_used_in_conditions(world: World, encoding: str) -> None:
    asked = ANA | {"Accept-Encoding": encoding}
    tag = world.call("GET", f"/api/tasks/{TASK}", asked).headers["ETag"]

    assert world.call("GET", f"/api/tasks/{TASK}", asked | {"If-None-Match": tag}).status_code == 304
    assert world.call("GET", f"/api/tasks/{TASK}", asked | {"If-None-Match": f"W/{tag}"}).status_code == 304
    assert _changed(world, {"If-Match": tag}).status_code != 412


@pytest.mark.parametrize("suffix", ["", "-gzip"])
def test_a_tag_that_a_proxy_has_weakened_gets_a_message_of_its_own(world: World, suffix: str) -> None:
    """jshttp/fresh#17 and hapijs/hapi#3956: nginx makes tags weak when it compresses."""
    tag = world.call("GET", f"/api/tasks/{TASK}", ANA).headers["ETag"].strip('"')

    weak = _said(_changed(world, {"If-Match": f'W/"{tag}{suffix}"'}))
    other = _said(_changed(world, {"If-Match": 'W/"0123456789abcdef0123"'}))

    assert (weak["code"], "weakened it. The task has not changed." in weak["detail"]) == (
        "precondition_failed",
        True,
    )
    assert (other["code"], other["detail"]) == (
        "precondition_failed",
        "The task has changed since you read it. Read it again.",
    )


def _said(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 412
    return dict(answer.get_json())
