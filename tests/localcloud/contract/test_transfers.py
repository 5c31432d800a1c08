"""Range reads and resumable uploads."""

from __future__ import annotations

from typing import Any

import requests

from tests.localcloud.contract.place import AUDIO, CHUNK, SONG, Place, refused, send, status_of
from tests.waiting import HANG_S


def test_a_range_returns_its_bytes(at: Place) -> None:
    at.put("song")

    assert at.bucket.blob("song").download_as_bytes(start=10, end=19) == SONG[10:20]


def test_a_suffix_range_returns_the_last_bytes(at: Place) -> None:
    at.put("song")
    url = f"{at.url}/download/storage/v1/b/{at.bucket.name}/o/song?alt=media"
    answer = requests.get(url, headers={"Range": "bytes=-10"}, timeout=HANG_S)

    assert (answer.status_code, answer.content) == (206, SONG[-10:])
    assert answer.headers["Content-Range"] == f"bytes {len(SONG) - 10}-{len(SONG) - 1}/{len(SONG)}"


def test_a_range_after_the_end_is_416(at: Place) -> None:
    at.put("song")

    with refused(416):
        at.bucket.blob("song").download_as_bytes(start=len(SONG) + 1)


def test_an_open_blob_seeks_and_reads(at: Place) -> None:
    at.put("song")
    with at.bucket.blob("song").open("rb", chunk_size=CHUNK) as file:
        file.seek(100)

        assert file.read(50) == SONG[100:150]


def begin_session(at: Place, **options: Any) -> str:
    """The URI of a resumable session for `song`."""
    return str(
        at.bucket.blob("song").create_resumable_upload_session(AUDIO, timeout=HANG_S, **options)
    ).replace("https://storage.googleapis.com", at.url)


def test_the_client_uploads_in_chunks(at: Place) -> None:
    data = bytes(3 * CHUNK + 5)
    blob = at.bucket.blob("song", chunk_size=CHUNK)
    blob.upload_from_string(data)

    assert at.bucket.get_blob("song").size == len(data)


def test_a_session_reports_the_range_that_it_has(at: Place) -> None:
    session = begin_session(at)
    send(session, bytes(CHUNK), 0, "*")
    answer = requests.put(
        session, headers={"Content-Range": f"bytes */{2 * CHUNK}"}, data=b"", timeout=HANG_S
    )

    assert (answer.status_code, answer.headers.get("Range")) == (308, f"bytes=0-{CHUNK - 1}")


def test_a_finished_session_returns_the_object(at: Place) -> None:
    session = begin_session(at)
    send(session, SONG, 0, len(SONG))
    answer = requests.put(
        session, headers={"Content-Range": f"bytes */{len(SONG)}"}, data=b"", timeout=HANG_S
    )

    assert (answer.status_code, answer.json()["name"]) == (200, "song")


def test_no_object_exists_before_the_last_chunk(at: Place) -> None:
    session = begin_session(at)
    send(session, bytes(CHUNK), 0, 2 * CHUNK)

    assert not at.bucket.blob("song").exists()


def test_a_cancelled_session_takes_no_more_bytes(at: Place) -> None:
    session = begin_session(at)

    assert status_of("DELETE", session) == 499
    assert send(session, SONG, 0, len(SONG)).status_code >= 400


def test_generation_0_is_checked_again_when_a_session_ends(at: Place) -> None:
    session = begin_session(at, if_generation_match=0)
    at.put("song", b"first")

    assert send(session, SONG, 0, len(SONG)).status_code == 412
