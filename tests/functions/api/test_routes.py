"""The HTTP surface of api, on fakes of its ports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.files import Source
from shared.domain.media import Probe
from shared.domain.states import State
from tests.builders import a_task
from tests.functions.api.world import ANA, BEA, World

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

ROUTES = sorted(World().application.routes())


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_task_has_an_upload_url(world: World) -> None:
    task = world.created(contentType="audio/wav")

    assert (
        task["state"],
        task["filename"],
        task["outputs"][0]["format"],
        task["outputs"][0]["filename"],
    ) == ("WAITING", "song.wav", "mp3", "song.mp3")
    assert (task["upload"]["method"], task["upload"]["headers"]["content-type"]) == ("PUT", "audio/wav")
    assert task["upload"]["resumable"]["method"] == "POST"


def test_whether_the_file_of_a_waiting_task_is_there_is_said_on_request(world: World) -> None:
    path, source = f"/api/tasks/{world.created()['id']}", next(iter(world.tasks.stored.values())).source
    before = world.call("GET", f"{path}?upload=check", ANA)
    world.folder.objects.put(source.object, b"sound")
    checked, unchecked = world.call("GET", f"{path}?upload=check", ANA), world.call("GET", path, ANA)

    sizes = [answer.get_json()["source"]["sizeBytes"] for answer in (before, checked, unchecked)]
    assert sizes == [None, 5, None]
    assert before.headers["ETag"] == unchecked.headers["ETag"] != checked.headers["ETag"]


def test_a_task_shows_no_internal_fields(world: World) -> None:
    assert not {"nonce", "owner", "claim", "revision", "attempts"} & set(world.created())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"newFormat": "mp3"}, "filename"),
        ({"filename": "a.wav"}, "newFormat"),
        ({"filename": "a.wav", "newFormat": "exe"}, "newFormat"),
        ({"filename": "a/b.wav", "newFormat": "mp3"}, "filename"),
        ({"filename": 5, "newFormat": "mp3"}, "filename"),
        ({"filename": "a.wav", "newFormat": "mp3", "mood": "blue"}, "mood"),
        ({"filename": "a.wav", "newFormat": "mp3", "outputs": []}, "outputs"),
        ({"filename": "a.wav", "preset": "opera"}, "preset"),
        ({"filename": "a.wav", "preset": 5}, "preset"),
        ({"filename": "a.wav", "options": {}}, "newFormat"),
        ({"filename": "a.wav", "preset": "voice", "options": {"bitRateKbps": 9999}}, "options.bitRateKbps"),
        ({"filename": "a.wav", "outputs": [{"format": "mp3", "mood": 1}]}, "outputs[0].mood"),
        ({"filename": "a.wav", "outputs": []}, "outputs"),
        ({"filename": "a.wav", "outputs": [{}]}, "outputs[0].format"),
        ({"filename": "a.wav", "outputs": ["mp3"]}, "outputs[0]"),
        ({"filename": "a.wav", "newFormat": "mp3", "options": {"bitRateKbps": 9999}}, "options.bitRateKbps"),
        ({"filename": "a.wav", "newFormat": "mp3", "options": []}, "options"),
        ({"filename": "a.wav", "newFormat": "mp3", "contentType": "x\r\ny"}, "contentType"),
        ({"filename": "a.wav", "newFormat": "mp3", "contentType": "audio/wav;codecs"}, "contentType"),
    ],
)
def test_an_invalid_field_is_named(world: World, body: dict[str, Any], field: str) -> None:
    answer = world.call("POST", "/api/tasks", ANA, json=body)

    assert (422, "invalid_field", field) == (
        answer.status_code,
        answer.get_json()["code"],
        answer.get_json()["field"],
    )


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b"[]", "application/json", 400, "malformed_body"),
        (b"\xff", "application/json", 400, "malformed_body"),
        (b"[" * 60_000, "application/json", 400, "malformed_body"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * 70_000, "application/json", 413, "body_too_large"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(
    world: World, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = world.call("POST", "/api/tasks", ANA, data=data, content_type=kind)

    assert (status, code) == (answer.status_code, answer.get_json()["code"])


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer bad", "Bearer " + "x" * 5000])
def test_a_request_without_a_valid_token_is_refused(world: World, header: str) -> None:
    answer = world.call("GET", "/api/tasks", {"Authorization": header})

    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_cannot_write(world: World) -> None:
    body = {"filename": "a.wav", "newFormat": "mp3"}

    assert world.call("POST", "/api/tasks", {"Authorization": "Bearer revoked"}, json=body).status_code == 401


@pytest.mark.parametrize("path", ["/api/tasks/{}", "/api/tasks/{}/download", "/api/download/{}"])
def test_another_users_task_is_not_found(world: World, path: str) -> None:
    task_id = world.created()["id"]
    of_ana = world.call("GET", path.format(task_id), BEA)
    of_no_one = world.call("GET", path.format("N" * 22), BEA)

    def problem(answer: TestResponse) -> dict[str, Any]:
        return {k: v for k, v in answer.get_json().items() if k != "requestId"}

    assert of_ana.status_code == 404
    assert problem(of_ana) == problem(of_no_one)


def test_the_list_has_pages_and_only_the_callers_tasks(world: World) -> None:
    for _ in range(3):
        world.clock.advance(1)
        world.created()
    first = world.call("GET", "/api/tasks?max=2&order=0", ANA).get_json()
    second = world.call("GET", f"/api/tasks?max=2&order=0&pageToken={first['nextPageToken']}", ANA).get_json()
    hers = world.call("GET", "/api/tasks", BEA).get_json()

    ids = [task["id"] for task in first["tasks"] + second["tasks"]]
    assert (len(set(ids)), second["nextPageToken"]) == (3, None)
    assert hers["tasks"] == []


@pytest.mark.parametrize("query", ["max=0", "max=101", "max=x", "order=2", "state=DONE", "max=-1", "max=٣"])
def test_an_invalid_query_parameter_is_named(world: World, query: str) -> None:
    answer = world.call("GET", f"/api/tasks?{query}", ANA)

    assert (422, query.split("=", maxsplit=1)[0]) == (answer.status_code, answer.get_json()["field"])


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1].startswith("/api/")])
def test_an_unknown_query_parameter_is_refused_on_every_route(world: World, method: str, path: str) -> None:
    answer = world.call(method, re.sub("<.*?>", "x", path) + "?pagesize=5", ANA)

    assert (answer.status_code, answer.get_json()["field"]) == (422, "pagesize")


def test_a_page_may_have_any_query(world: World) -> None:
    assert world.call("GET", "/docs?utm_source=x").status_code == 200


def test_an_output_cannot_be_downloaded_before_the_task_is_processed(world: World) -> None:
    task_id = world.created()["id"]

    assert world.call("GET", f"/api/tasks/{task_id}/download", ANA).status_code == 409


SONG = Source("T" * 22 + "/song.wav", generation=1001)


def test_a_task_cancelled_before_its_upload_has_no_original(world: World) -> None:
    path = f"/api/tasks/{world.created()['id']}"
    world.call("POST", f"{path}/cancel", ANA)
    answer = world.call("GET", f"{path}/download?file=original", ANA)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "conflict")


def test_a_download_redirects_to_the_file(world: World) -> None:
    task = world.tasks.create(a_task(state=State.PROCESSED, source=SONG))
    converted = world.call("GET", f"/api/download/{task.id}", ANA)
    original = world.call("GET", f"/api/tasks/{task.id}/download?file=original", ANA)

    assert (converted.status_code, "song.mp3" in converted.headers["Location"]) == (302, True)
    assert "song.wav" in original.headers["Location"]


def test_a_processed_task_has_download_links(world: World) -> None:
    task = world.tasks.create(a_task(state=State.PROCESSED, source=SONG))

    shown = world.call("GET", f"/api/tasks/{task.id}", ANA).get_json()
    converted = world.follow(shown["outputs"][0]["download"])
    original = world.follow(shown["source"]["download"])

    assert (converted.status_code, "song.mp3" in converted.headers["Location"]) == (302, True)
    assert "song.wav" in original.headers["Location"]


def test_a_decoded_source_has_a_waveform(world: World) -> None:
    name = f"{'T' * 22}/song.waveform.json"
    probe = Probe("wav", "pcm_s16le", 1.0, 44_100, 2, waveform=name)
    task = world.tasks.create(a_task(state=State.PROCESSED, source=replace(a_task().source, probe=probe)))
    shown = world.call("GET", f"/api/tasks/{task.id}", ANA).get_json()
    location = world.follow(shown["source"]["waveform"]).headers["Location"]

    assert location == f"https://signed/{name}?as=song.waveform.json&type=application/json"


def test_a_source_that_was_not_decoded_has_no_waveform(world: World) -> None:
    task = world.tasks.create(a_task(state=State.PROCESSED))
    shown = world.call("GET", f"/api/tasks/{task.id}", ANA).get_json()

    assert "waveform" not in shown["source"]
    assert world.call("GET", f"/api/tasks/{task.id}/download?file=waveform", ANA).status_code == 409


def test_sign_up_returns_a_session(world: World) -> None:
    account = {"email": "ana@example.com", "password": "secret"}
    answer = world.call("POST", "/api/auth/signup", json=account)

    assert (answer.status_code, answer.get_json()["userId"], answer.get_json()["expiresIn"]) == (
        201,
        "ana",
        3600,
    )


def test_sign_up_with_a_taken_address_is_a_conflict(world: World) -> None:
    account = {"email": "taken@example.com", "password": "secret"}

    assert world.call("POST", "/api/auth/signup", json=account).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PATCH", "/api/tasks", 405),
        ("GET", "/api//tasks", 404),
        ("DELETE", "/api/health", 405),
    ],
)
def test_an_unknown_path_or_method_is_a_problem_document(
    world: World, method: str, path: str, status: int
) -> None:
    answer = world.call(method, path)

    assert (status, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert answer.headers["X-Request-Id"] == answer.get_json()["requestId"]


def test_formats_list_the_bounds_of_their_options(world: World) -> None:
    formats = world.call("GET", "/api/formats").get_json()["formats"]
    mp3 = next(entry for entry in formats if entry["name"] == "mp3")

    assert (mp3["options"]["bitRateKbps"]["minimum"], mp3["options"]["bitRateKbps"]["maximum"]) == (8, 320)


def test_a_preset_sets_the_format_and_options_override_it(world: World) -> None:
    task = world.created(newFormat=None, preset="voice", options={"bitRateKbps": 48})

    assert (task["outputs"][0]["format"], task["outputs"][0]["options"]) == (
        "opus",
        {"bitRateKbps": 48, "channels": 1},
    )


def test_a_preset_can_be_used_with_another_format(world: World) -> None:
    outputs = world.created(newFormat="ogg", preset="podcast")["outputs"]

    assert (outputs[0]["format"], outputs[0]["options"]["spec"]) == ("ogg", "apple-podcasts")


def test_each_of_several_outputs_has_its_own_preset_and_options(world: World) -> None:
    outputs = [{"format": "flac"}, {"preset": "podcast"}, {"format": "mp3", "options": {"bitRateKbps": 64}}]
    body = {"filename": "song.wav", "outputs": outputs}
    created = world.call("POST", "/api/tasks", ANA, json=body).get_json()["outputs"]

    assert [o["filename"] for o in created] == ["song.flac", "song.mp3", "song-converted.mp3"]


def test_presets_are_listed_with_their_options(world: World) -> None:
    presets = {p["name"]: p for p in world.call("GET", "/api/formats").get_json()["presets"]}

    assert (presets["cd"]["format"], presets["cd"]["options"]["sampleRateHz"]) == ("wav", 44100)


def test_health_needs_no_token(world: World) -> None:
    assert world.call("GET", "/api/health").status_code == 200
