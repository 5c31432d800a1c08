"""Reading bytes: ranges, conditions, decompression and headers."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

    from tests.localcloud.storage.running import Server

TEN = b"0123456789"


def read(server: Server, name: str = "ten", method: str = "GET", **headers: str) -> requests.Response:
    url = f"{server.url}/download/storage/v1/b/songs/o/{name}?alt=media"
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return requests.request(method, url, headers=named, timeout=HANG_S)


@pytest.mark.parametrize(
    ("asked", "content", "content_range"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", TEN, "bytes 0-9/10"),
        ("BYTES = 2 - 4", b"234", "bytes 2-4/10"),
    ],
)
def test_a_range_gives_that_part(
    server: Server, bucket: Bucket, asked: str, content: bytes, content_range: str
) -> None:
    bucket.blob("ten").upload_from_string(TEN)
    answer = read(server, Range=asked)

    assert (answer.status_code, answer.content) == (206, content)
    assert answer.headers["Content-Range"] == content_range


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,4-5", "bytes"]
)
def test_an_invalid_range_returns_everything(server: Server, bucket: Bucket, asked: str) -> None:
    bucket.blob("ten").upload_from_string(TEN)
    answer = read(server, Range=asked)

    assert (answer.status_code, answer.content) == (200, TEN)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_beyond_the_end_is_416(server: Server, bucket: Bucket, asked: str) -> None:
    bucket.blob("ten").upload_from_string(TEN)
    answer = read(server, Range=asked)

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */10"


def test_any_range_of_an_empty_object_is_416(server: Server, bucket: Bucket) -> None:
    bucket.blob("ten").upload_from_string(b"")

    assert read(server, Range="bytes=0-").status_code == 416
    assert read(server, Range="bytes=-1").status_code == 416


def test_a_head_has_the_headers_and_no_body(server: Server, bucket: Bucket) -> None:
    bucket.blob("ten").upload_from_string(TEN)
    answer = read(server, method="HEAD")

    assert (answer.headers["Content-Length"], answer.content) == ("10", b"")


def test_the_headers_describe_the_object(server: Server, bucket: Bucket) -> None:
    blob = bucket.blob("ten")
    blob.metadata = {"mood": "sad"}
    blob.content_disposition = 'attachment; filename="ten.txt"'
    blob.cache_control = "no-store"
    blob.upload_from_string(TEN, content_type="text/plain")
    headers = read(server).headers

    assert headers["x-goog-generation"] == str(blob.generation)
    assert headers["x-goog-metageneration"] == "1"
    assert headers["x-goog-hash"] == f"crc32c={blob.crc32c},md5={blob.md5_hash}"
    assert headers["x-goog-stored-content-length"] == "10"
    assert headers["x-goog-meta-mood"] == "sad"
    assert headers["Content-Type"] == "text/plain"
    assert headers["Content-Disposition"] == 'attachment; filename="ten.txt"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["Last-Modified"].endswith("GMT")


def test_metadata_cannot_add_headers_of_its_own(server: Server, bucket: Bucket) -> None:
    blob = bucket.blob("ten")
    blob.metadata = {"a: b\r\nX-Evil": "1", "fine": "x\r\nX-Evil: 2"}
    blob.content_type = "text/plain\r\nX-Evil: 3"
    blob.upload_from_string(TEN, content_type="text/plain\tX: 3")
    answer = read(server)

    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers


def test_an_entity_tag_that_fits_is_not_modified(server: Server, bucket: Bucket) -> None:
    bucket.blob("ten").upload_from_string(TEN)
    etag = read(server).headers["ETag"]

    assert read(server, If_None_Match=etag).status_code == 304
    assert read(server, If_None_Match='"other"').status_code == 200
    assert read(server, If_Match=etag).status_code == 200
    assert read(server, If_Match='"other"').status_code == 412


def test_a_gzipped_object_is_decompressed_for_clients_without_gzip(server: Server, bucket: Bucket) -> None:
    blob = bucket.blob("ten")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(TEN * 100_000))
    plain = read(server, Accept_Encoding="identity", Range="bytes=0-1")
    zipped = read(server, Accept_Encoding="gzip")

    assert (plain.status_code, plain.content) == (200, TEN * 100_000)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.content == TEN * 100_000


def test_only_the_generation_asked_for_is_sent(server: Server, bucket: Bucket) -> None:
    blob = bucket.blob("ten")
    blob.upload_from_string(TEN)
    url = f"{server.url}/storage/v1/b/songs/o/ten?alt=media&generation="

    assert requests.get(url + str(blob.generation), timeout=HANG_S).content == TEN
    assert requests.get(url + str(blob.generation - 1), timeout=HANG_S).status_code == 404
