"""A signed upload URL permits one object, once, with the signed headers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.users import User

CORS = Path(__file__).resolve().parents[2] / "deploy" / "cors.json"
PIECE = 256 * 1024


def put(
    upload: dict[str, Any], data: bytes = b"sound", headers: dict[str, str] | None = None
) -> requests.Response:
    sent = {**upload["headers"], **(headers or {})}
    return requests.put(upload["url"], data=data, headers=sent, timeout=HANG_S)


def test_an_upload_url_creates_the_object_once(user: User) -> None:
    upload = user.create()["upload"]

    assert [put(upload).status_code, put(upload, b"something else").status_code] == [200, 412]


@pytest.mark.parametrize(
    "name", ["content-type", "x-goog-content-length-range", "x-goog-if-generation-match"]
)
def test_every_header_of_the_upload_is_signed(user: User, name: str) -> None:
    upload = user.create()["upload"]
    without = {key: value for key, value in upload["headers"].items() if key != name}
    missing = requests.put(upload["url"], data=b"sound", headers=without, timeout=HANG_S)
    changed = put(upload, headers={name: "1"})

    assert (missing.status_code >= 400, changed.status_code) == (True, 403)


def test_an_upload_url_is_valid_for_one_object_and_method(user: User) -> None:
    upload = user.create()["upload"]
    elsewhere = {**upload, "url": upload["url"].replace("song.wav", "other.wav")}

    assert put(elsewhere).status_code == 403
    read = requests.get(upload["url"], headers=upload["headers"], timeout=HANG_S)

    assert (put(elsewhere).status_code, read.status_code) == (403, 403)


def test_a_renewed_upload_url_works(user: User) -> None:
    task = user.create()
    renewed = user.call("POST", f"/api/tasks/{task['id']}/upload").json()["upload"]

    assert renewed["url"].partition("?")[0] == task["upload"]["url"].partition("?")[0]
    assert put(renewed).status_code == 200


def test_a_resumable_upload_accepts_chunks(user: User, audio: Callable[..., Path]) -> None:
    task, data = user.create(), audio("wav").read_bytes()
    resumable = task["upload"]["resumable"]
    opened = requests.request(
        resumable["method"], resumable["url"], headers=resumable["headers"], timeout=HANG_S
    )
    answers = [
        requests.put(
            opened.headers["Location"],
            data=data[begin : begin + PIECE],
            headers={"Content-Range": f"bytes {begin}-{min(begin + PIECE, len(data)) - 1}/{len(data)}"},
            timeout=HANG_S,
        ).status_code
        for begin in range(0, len(data), PIECE)
    ]

    assert (opened.status_code, opened.json()["url"]) == (201, opened.headers["Location"])
    assert answers == [308] * (len(answers) - 1) + [200]
    assert user.wait(task["id"])["state"] == "PROCESSED"


def test_an_upload_session_does_not_overwrite_the_object(user: User) -> None:
    task = user.create()
    resumable = task["upload"]["resumable"]
    opened = requests.post(resumable["url"], headers=resumable["headers"], timeout=HANG_S)
    put(task["upload"])
    late = requests.put(opened.headers["Location"], data=b"something else", timeout=HANG_S)

    assert late.status_code == 412


def test_cors_allows_the_headers_of_the_upload(user: User) -> None:
    upload = user.create()["upload"]
    preflight = {
        "Origin": user.url,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": ", ".join(upload["headers"]),
    }
    answer = requests.options(upload["url"], headers=preflight, timeout=HANG_S)
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    rules = json.loads(CORS.read_text())[0]

    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert set(upload["headers"]) <= {name.strip() for name in allowed.split(",")}
    assert {"x-goog-if-generation-match", "x-goog-content-length-range"} <= {
        name.lower() for name in rules["responseHeader"]
    }


def test_links_of_a_processed_task_return_its_files(user: User, audio: Callable[..., Path]) -> None:
    data = audio("wav").read_bytes()
    done = user.convert("canción.wav", "flac", data)
    original = requests.get(done["source"]["download"]["url"], timeout=HANG_S)
    converted = requests.get(done["outputs"][0]["download"]["url"], timeout=HANG_S)
    piece = requests.get(
        done["outputs"][0]["download"]["url"], headers={"Range": "bytes=0-3"}, timeout=HANG_S
    )

    assert original.content == data
    assert (converted.content[:4], piece.content, piece.status_code) == (b"fLaC", b"fLaC", 206)
    assert "filename*=UTF-8''canci%C3%B3n.flac" in converted.headers["Content-Disposition"]
