"""Digests that a client states are checked, and a wrong one stores nothing."""

from __future__ import annotations

import base64
import hashlib
import socket
from typing import TYPE_CHECKING

import pytest
import requests
from google.api_core import exceptions

from tests.localcloud.storage.running import code_of
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

    from tests.localcloud.storage.running import Server

MD5 = base64.b64encode(hashlib.md5(b"123456789", usedforsecurity=False).digest()).decode()
CRC32C = "4waSgw=="  # of "123456789": the check value of CRC-32/ISCSI, 0xE3069283
ELSE = base64.b64encode(hashlib.md5(b"else", usedforsecurity=False).digest()).decode()
TRUSTED = {"Authorization": "Bearer x"}


def test_the_digests_are_the_published_ones(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string("123456789")
    found = bucket.get_blob("a")

    assert (found.crc32c, found.md5_hash) == (CRC32C, MD5)


@pytest.mark.parametrize(
    "headers",
    [{"Content-MD5": ELSE}, {"x-goog-hash": f"md5={ELSE}"}, {"x-goog-hash": f"crc32c=AAAAAA==,md5={MD5}"}],
)
def test_a_wrong_digest_in_a_header_is_refused(
    server: Server, bucket: Bucket, headers: dict[str, str]
) -> None:
    refused = requests.put(
        f"{server.url}/songs/a", b"123456789", headers={**TRUSTED, **headers}, timeout=HANG_S
    )

    assert (refused.status_code, code_of(refused)) == (400, "BadDigest")
    assert bucket.get_blob("a") is None
    assert server.blobs == []


@pytest.mark.parametrize("headers", [{"Content-MD5": MD5}, {"x-goog-hash": f"crc32c={CRC32C}"}])
def test_a_right_digest_in_a_header_is_accepted(
    server: Server, bucket: Bucket, headers: dict[str, str]
) -> None:
    url = f"{server.url}/{bucket.name}/a"

    assert requests.put(url, b"123456789", headers={**TRUSTED, **headers}, timeout=HANG_S).status_code == 200


@pytest.mark.parametrize("said", ["x", "AAAA", "?"])
def test_an_invalid_digest_is_refused(server: Server, bucket: Bucket, said: str) -> None:
    url = f"{server.url}/{bucket.name}/a"
    refused = requests.put(url, b"x", headers={**TRUSTED, "Content-MD5": said}, timeout=HANG_S)

    assert code_of(refused) == "InvalidDigest"


@pytest.mark.parametrize("field", ["md5_hash", "crc32c"])
def test_a_wrong_digest_in_the_metadata_is_refused(bucket: Bucket, field: str) -> None:
    blob = bucket.blob("a")
    setattr(blob, field, {"md5_hash": ELSE, "crc32c": "AAAAAA=="}[field])
    with pytest.raises(exceptions.BadRequest):
        blob.upload_from_string("123456789", checksum=None)

    assert bucket.get_blob("a") is None


def test_an_upload_cut_short_leaves_nothing(server: Server, bucket: Bucket) -> None:
    with socket.create_connection(("127.0.0.1", server.port), HANG_S) as connection:
        head = "PUT /songs/a HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\nContent-Length: 100\r\n\r\nonly this"
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    assert bucket.get_blob("a") is None
    assert server.blobs == []


def test_bytes_are_stored_as_sent_in_any_encoding(server: Server, bucket: Bucket) -> None:
    url = f"{server.url}/songs/a"
    requests.put(url, b"not gzip", headers={**TRUSTED, "Content-Encoding": "gzip"}, timeout=HANG_S)

    assert bucket.blob("a").download_as_bytes(raw_download=True) == b"not gzip"
