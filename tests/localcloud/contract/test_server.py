"""CORS and parallel clients."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import requests

from tests.localcloud.contract.place import SONG, Place
from tests.waiting import HANG_S


def test_a_preflight_is_answered_by_the_buckets_cors_rules(at: Place) -> None:
    at.bucket.cors = [{"origin": ["https://page.example"], "method": ["PUT"], "maxAgeSeconds": 60}]
    at.bucket.patch()
    headers = {"Origin": "https://page.example", "Access-Control-Request-Method": "PUT"}
    allowed = requests.options(f"{at.url}/{at.bucket.name}/song", headers=headers, timeout=HANG_S)
    headers["Origin"] = "https://other.example"
    refused_origin = requests.options(f"{at.url}/{at.bucket.name}/song", headers=headers, timeout=HANG_S)

    assert allowed.headers.get("Access-Control-Allow-Origin") == "https://page.example"
    assert "Access-Control-Allow-Origin" not in refused_origin.headers


def test_a_stalled_upload_holds_up_no_other_client(at: Place) -> None:
    at.put("song")
    address = urlsplit(at.url)
    path = f"/upload/storage/v1/b/{at.bucket.name}/o?uploadType=media&name={quote('slow')}"
    head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection((str(address.hostname), int(address.port or 80)), HANG_S) as slow:
        slow.sendall(head.encode() + b"x" * 10)

        assert at.bucket.blob("song").download_as_bytes(timeout=HANG_S, retry=None) == SONG


def test_16_parallel_uploads_all_arrive(at: Place) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: at.put(f"song-{number:02}"), range(16)))

    assert len(at.names()) == 16
