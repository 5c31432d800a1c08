"""What the bucket would serve of an upload, and what is left of one that comes too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

UNSIGNED = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": 'inline; filename="evil.html"',
    "Content-Language": "xx",
}


@pytest.fixture
def resource(cloud: ThrowawayCloud) -> Callable[[str], dict[str, Any] | None]:
    """Reads an object's metadata."""
    root = f"{cloud.environment['STORAGE_EMULATOR_HOST']}/storage/v1/b/{cloud.environment['BUCKET']}/o/"

    def read(name: str) -> dict[str, Any] | None:
        answer = requests.get(root + quote(name, safe=""), timeout=HANG_S)
        return answer.json() if answer.status_code == 200 else None

    return read


@pytest.mark.parametrize(
    ("declared", "stored"),
    [
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("audio/wav", "audio/wav"),
        ("audio/webm;codecs=opus", "audio/webm"),
        ("application/ogg", "application/ogg"),
    ],
)
def test_only_audio_and_video_are_stored_as_such(
    user: User, resource: Callable[[str], Any], declared: str, stored: str
) -> None:
    task = user.create(contentType=declared)
    url, headers = task["upload"]["url"], task["upload"]["headers"]
    other = requests.put(url, b"x", headers={**headers, "content-type": "text/html"}, timeout=HANG_S)
    user.upload(task, b"<script>alert(1)</script>").raise_for_status()

    assert (headers["content-type"], other.status_code) == (stored, 403)
    assert resource(f"{task['id']}/song.wav")["contentType"] == stored


def test_unsigned_headers_of_an_upload_have_no_effect_on_its_links(
    user: User, resource: Callable[[str], Any], audio: Callable[..., Path]
) -> None:
    task = user.create(contentType="text/html")
    url, headers = task["upload"]["url"], task["upload"]["headers"]
    data = audio("wav").read_bytes()
    requests.put(url, data, headers={**headers, **UNSIGNED}, timeout=HANG_S).raise_for_status()
    user.wait(task["id"])
    link = user.call("GET", f"/api/tasks/{task['id']}/download?file=original").headers["Location"]
    served = requests.get(link, timeout=HANG_S)

    assert served.content == data
    assert served.headers["Content-Type"] == "application/octet-stream"
    assert served.headers["Content-Disposition"].startswith('attachment; filename="song.wav"')
    assert "public" not in served.headers.get("Cache-Control", "")
    assert "Content-Language" not in served.headers
    assert not {"cacheControl", "contentDisposition", "contentLanguage"} & set(
        resource(f"{task['id']}/song.wav")
    )


def put_later(_: User, task: Mapping[str, Any]) -> Callable[[], requests.Response]:
    """A signed URL that is used after the task was deleted."""
    return lambda: requests.put(
        task["upload"]["url"], b"too late", headers=task["upload"]["headers"], timeout=HANG_S
    )


def finish_session(user: User, task: Mapping[str, Any]) -> Callable[[], requests.Response]:
    """An upload session that was open while the task was deleted."""
    opened = user.call("POST", task["upload"]["resumable"]["url"].removeprefix(user.url))
    session = opened.headers["Location"]
    return lambda: requests.put(session, b"too late", timeout=HANG_S)


@pytest.mark.parametrize("late", [put_later, finish_session])
def test_upload_to_a_deleted_task_is_deleted_by_its_event(
    user: User,
    resource: Callable[[str], Any],
    late: Callable[[User, Mapping[str, Any]], Callable[[], requests.Response]],
) -> None:
    task = user.create()
    send = late(user, task)
    user.call("DELETE", f"/api/tasks/{task['id']}").raise_for_status()
    send().raise_for_status()

    wait_until(lambda: resource(f"{task['id']}/song.wav") is None)
