"""Resumable sessions, in both APIs, chunk by chunk and through every interruption."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket
    from google.oauth2.service_account import Credentials

    from tests.localcloud.storage.running import Server

QUANTUM = 256 * 1024
SONG = os.urandom(2 * QUANTUM + 100)
WEEK_S = 7 * 24 * 3600


@pytest.fixture(params=["json", "xml"])
def session_uri(request: pytest.FixtureRequest, bucket: Bucket, credentials: Credentials) -> str:
    """A session for the object `a song`, started by either API."""
    if request.param == "json":
        uri: str = bucket.blob("a song").create_resumable_upload_session(content_type="audio/wav")
        return uri
    start = {"x-goog-resumable": "start", "Content-Type": "audio/wav"}
    url = bucket.blob("a song").generate_signed_url(
        version="v4",
        method="RESUMABLE",
        expiration=timedelta(minutes=1),
        credentials=credentials,
        content_type="audio/wav",
    )
    started = requests.post(url, headers=start, timeout=HANG_S)
    assert started.status_code == 201, started.text
    return started.headers["Location"]


def put(uri: str, body: bytes, content_range: str | None) -> requests.Response:
    headers = {} if content_range is None else {"Content-Range": content_range}
    return requests.put(uri, body, headers=headers, timeout=HANG_S)


def break_off(uri: str, body: bytes, content_range: str) -> None:
    """Begin to PUT `body`, and cut the connection one byte before its end."""
    url = urlsplit(uri)
    with socket.create_connection((url.hostname, url.port), HANG_S) as connection:
        head = (
            f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n"
            f"Content-Range: {content_range}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:-1])
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)  # the server has noticed


def stored(bucket: Bucket) -> bytes:
    content: bytes = bucket.blob("a song").download_as_bytes()
    return content


def test_chunks_are_acknowledged_and_make_the_object(bucket: Bucket, session_uri: str) -> None:
    first = put(session_uri, SONG[:QUANTUM], f"bytes 0-{QUANTUM - 1}/*")
    second = put(session_uri, SONG[QUANTUM:], f"bytes {QUANTUM}-{len(SONG) - 1}/{len(SONG)}")

    assert (first.status_code, first.headers["Range"]) == (308, f"bytes=0-{QUANTUM - 1}")
    assert second.status_code == 200
    assert stored(bucket) == SONG
    assert bucket.get_blob("a song").content_type == "audio/wav"


def test_one_put_without_a_range_is_the_whole_object(bucket: Bucket, session_uri: str) -> None:
    assert put(session_uri, SONG, None).status_code == 200
    assert stored(bucket) == SONG


@pytest.mark.parametrize("query", ["bytes */*", f"bytes */{len(SONG)}"])
def test_a_status_query_says_what_is_safe(session_uri: str, query: str) -> None:
    before = put(session_uri, b"", query)
    put(session_uri, SONG[: QUANTUM + 7], f"bytes 0-{QUANTUM + 6}/{len(SONG)}")
    after = put(session_uri, b"", query)

    assert (before.status_code, "Range" in before.headers) == (308, False)
    assert (after.status_code, after.headers["Range"]) == (308, f"bytes=0-{QUANTUM - 1}")


@pytest.mark.parametrize("restarted", [False, True])
def test_a_broken_upload_resumes_where_it_broke(
    server: Server, bucket: Bucket, session_uri: str, *, restarted: bool
) -> None:
    break_off(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")
    if restarted:
        server.restart()
    safe = int(put(session_uri, b"", "bytes */*").headers["Range"].removeprefix("bytes=0-")) + 1
    rest = put(session_uri, SONG[safe:], f"bytes {safe}-{len(SONG) - 1}/{len(SONG)}")

    assert safe == 2 * QUANTUM
    assert rest.status_code == 200
    assert stored(bucket) == SONG
    assert bucket.get_blob("a song").md5_hash == server.finalized[0].md5


def test_a_new_request_takes_over_from_one_that_hangs(bucket: Bucket, session_uri: str) -> None:
    url = urlsplit(session_uri)
    with socket.create_connection((url.hostname, url.port), HANG_S) as hanging:
        head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(SONG)}\r\n\r\n"
        hanging.sendall(head.encode() + SONG[: QUANTUM + 5])
        taken_over = put(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")
        hanging.sendall(SONG[QUANTUM + 5 :])
        answer = hanging.recv(1000)

    assert taken_over.status_code == 200
    assert answer.startswith(b"HTTP/1.1 503")
    assert stored(bucket) == SONG


def test_bytes_sent_again_are_skipped(bucket: Bucket, session_uri: str) -> None:
    put(session_uri, SONG[:QUANTUM], f"bytes 0-{QUANTUM - 1}/{len(SONG)}")
    again = put(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")

    assert again.status_code == 200
    assert stored(bucket) == SONG


def test_a_chunk_that_is_safe_already_is_acknowledged_again(bucket: Bucket, session_uri: str) -> None:
    put(session_uri, SONG[: 2 * QUANTUM], f"bytes 0-{2 * QUANTUM - 1}/{len(SONG)}")
    again = put(session_uri, SONG[:QUANTUM], f"bytes 0-{QUANTUM - 1}/{len(SONG)}")
    rest = put(session_uri, SONG[2 * QUANTUM :], f"bytes {2 * QUANTUM}-{len(SONG) - 1}/{len(SONG)}")

    assert (again.status_code, again.headers["Range"]) == (308, f"bytes=0-{2 * QUANTUM - 1}")
    assert rest.status_code == 200
    assert stored(bucket) == SONG


def test_a_gap_is_refused_and_nothing_is_lost(bucket: Bucket, session_uri: str) -> None:
    gap = put(session_uri, SONG[QUANTUM:], f"bytes {QUANTUM}-{len(SONG) - 1}/{len(SONG)}")
    whole = put(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")

    assert (gap.status_code, whole.status_code) == (400, 200)
    assert stored(bucket) == SONG


def test_a_finished_session_answers_again_without_a_second_event(server: Server, session_uri: str) -> None:
    put(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")
    server.restart()
    asked = put(session_uri, b"", f"bytes */{len(SONG)}")
    again = put(session_uri, SONG, f"bytes 0-{len(SONG) - 1}/{len(SONG)}")

    assert (asked.status_code, again.status_code) == (200, 200)
    assert len(server.finalized) == 1


def test_an_empty_object_is_finished_by_its_length(bucket: Bucket, session_uri: str) -> None:
    assert put(session_uri, b"", "bytes */0").status_code == 200
    assert stored(bucket) == b""


def test_a_cancelled_session_is_gone_with_its_bytes(server: Server, session_uri: str) -> None:
    put(session_uri, SONG[:QUANTUM], f"bytes 0-{QUANTUM - 1}/*")
    cancelled = requests.delete(session_uri, timeout=HANG_S)

    assert cancelled.status_code == 499
    assert put(session_uri, b"", "bytes */*").status_code == 404
    assert server.blobs == []


def test_a_session_expires_after_a_week(server: Server, session_uri: str) -> None:
    put(session_uri, SONG[:QUANTUM], f"bytes 0-{QUANTUM - 1}/*")
    server.clock_offset_s = WEEK_S + 1

    assert put(session_uri, b"", "bytes */*").status_code == 410
    server.restart()
    assert put(session_uri, b"", "bytes */*").status_code == 404
    assert server.blobs == []


@pytest.mark.parametrize("malformed", ["bytes 5-2/10", "bytes 0-9/5", "0-9/10", "bytes 0-/10"])
def test_a_malformed_content_range_is_refused(session_uri: str, malformed: str) -> None:
    assert put(session_uri, b"", malformed).status_code == 400


def test_a_wrong_digest_of_the_whole_is_refused(bucket: Bucket, session_uri: str) -> None:
    headers = {"x-goog-hash": "crc32c=AAAAAA=="}
    refused = requests.put(session_uri, SONG, headers=headers, timeout=HANG_S)

    assert refused.status_code == 400
    assert bucket.get_blob("a song") is None


def test_the_conditions_hold_when_the_session_ends(server: Server, bucket: Bucket) -> None:
    uri = bucket.blob("a song").create_resumable_upload_session(if_generation_match=0)
    bucket.blob("a song").upload_from_string("first")

    assert put(uri, SONG, None).status_code == 412
    assert stored(bucket) == b"first"
    assert len(server.finalized) == 1


@pytest.mark.parametrize("said", ["bytes 0-9/100", "bytes 0-9/10", "bytes 0-9/*"])
def test_a_body_longer_than_its_range_is_refused(server: Server, session_uri: str, said: str) -> None:
    assert put(session_uri, bytes(QUANTUM + 10), said).status_code == 400
    assert "Range" not in put(session_uri, b"", "bytes */*").headers
    assert server.finalized == []


def test_a_declared_length_is_held(bucket: Bucket) -> None:
    uri = bucket.blob("a song").create_resumable_upload_session(size=10)

    assert put(uri, b"", "bytes */11").status_code == 400


def test_the_signed_length_range_holds_for_the_whole_session(
    bucket: Bucket, credentials: Credentials
) -> None:
    bound = {"x-goog-resumable": "start", "x-goog-content-length-range": f"0,{QUANTUM}"}
    url = bucket.blob("a song").generate_signed_url(
        version="v4", method="POST", expiration=timedelta(minutes=1), credentials=credentials, headers=bound
    )
    uri = requests.post(url, headers=bound, timeout=HANG_S).headers["Location"]
    refused = put(uri, SONG, None)

    assert refused.status_code == 400
    assert "<Code>EntityTooLarge</Code>" in refused.text
    assert put(uri, SONG[:QUANTUM], None).status_code == 200
