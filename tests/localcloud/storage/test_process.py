"""Cloud Storage as a process: its memory under large transfers, stalled clients, and `kill -9`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from localcloud.database import Database
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTE = 1 << 20
# Ten times what may be added; `python -m bench.localcloud.storage` sends 500 MiB.
LARGE_BYTES = 120 * MEBIBYTE
ADDED_MAX_BYTES = 12 * MEBIBYTE
ROOT = Path(__file__).parents[3]
QUANTUM = 256 * 1024


class Process:
    """The server of `serve.py` and a bucket `songs` in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        command = [sys.executable, "-m", "tests.localcloud.storage.serve", str(directory)]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.child.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.child.stdout.readline())}"
        requests.post(f"{self.url}/storage/v1/b", '{"name": "songs"}', timeout=HANG_S)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()
        self.child.wait(HANG_S)
        assert self.child.stdout is not None
        self.child.stdout.close()

    @property
    def peak_bytes(self) -> int:
        """The most memory that was resident so far."""
        lines = Path(f"/proc/{self.child.pid}/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    def upload(self, name: str, body: bytes | Iterator[bytes]) -> requests.Response:
        """One simple upload."""
        path = f"/upload/storage/v1/b/songs/o?uploadType=media&name={name}"
        return requests.post(self.url + path, data=body, timeout=HANG_S)

    def download(self, name: str) -> Iterator[bytes]:
        """The bytes as they come."""
        url = f"{self.url}/storage/v1/b/songs/o/{name}?alt=media"
        with requests.get(url, stream=True, timeout=HANG_S) as answer:
            yield from answer.iter_content(MEBIBYTE)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    running = Process(tmp_path)
    yield running
    running.kill()


def zeros(length: int) -> Iterator[bytes]:
    for _ in range(length // MEBIBYTE):
        yield bytes(MEBIBYTE)


def test_a_large_upload_and_download_add_a_few_mebibytes_of_memory(process: Process) -> None:
    process.upload("small", zeros(MEBIBYTE))
    before = process.peak_bytes
    stored = process.upload("large", zeros(LARGE_BYTES)).json()
    received = sum(len(piece) for piece in process.download("large"))

    assert int(stored["size"]) == received == LARGE_BYTES
    assert process.peak_bytes - before < ADDED_MAX_BYTES


def test_stalled_clients_do_not_block_others(process: Process) -> None:
    process.upload("song", bytes(20 * MEBIBYTE))
    port = int(process.url.rpartition(":")[2])
    stalled = [socket.create_connection(("127.0.0.1", port), HANG_S) for _ in range(20)]
    try:
        for connection in stalled[:10]:
            connection.sendall(b"GET /songs/song HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\n\r\n")
        for connection in stalled[10:]:
            head = b"PUT /songs/b HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\nContent-Length: 1000000\r\n\r\n"
            connection.sendall(head + bytes(1000))
        process.upload("other", b"x")

        assert b"".join(process.download("other")) == b"x"
    finally:
        for connection in stalled:
            connection.close()


def test_a_reader_reads_on_what_is_overwritten_and_deleted(process: Process) -> None:
    song = os.urandom(20 * MEBIBYTE)
    process.upload("song", song)
    reading = process.download("song")
    first = next(reading)
    process.upload("song", b"new")
    requests.delete(f"{process.url}/storage/v1/b/songs/o/song", timeout=HANG_S)

    assert first + b"".join(reading) == song
    assert list((process.directory / "blobs").iterdir()) == []


def test_acknowledged_data_survives_kill_9(process: Process, tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def upload_until_killed(kind: str) -> None:
        for number in range(240):  # together, less than fills a page of a listing
            name = f"{kind}-{number}"
            try:
                answer = process.upload(name, name.encode() * 1000)
            except requests.RequestException:
                return
            assert answer.ok
            acknowledged.append(name)

    with ThreadPoolExecutor(4) as pool:
        uploads = [pool.submit(upload_until_killed, kind) for kind in "abcd"]
        wait_until(lambda: len(acknowledged) >= 40, child=process.child)
        process.kill()
    for upload in uploads:
        upload.result()
    again = Process(tmp_path)
    try:
        for name in acknowledged:
            assert b"".join(again.download(name)) == name.encode() * 1000
        listing = requests.get(f"{again.url}/storage/v1/b/songs/o", timeout=HANG_S).json()
    finally:
        again.kill()
    database = Database(tmp_path / "state.sqlite")
    events = {row["name"] for row in database.rows("SELECT name FROM events")}
    database.close()

    assert len(acknowledged) >= 40
    assert {item["name"] for item in listing["items"]} == events >= set(acknowledged)
    assert len(list((tmp_path / "blobs").iterdir())) == len(events)


def test_a_session_continues_after_kill_9(process: Process, tmp_path: Path) -> None:
    song = os.urandom(3 * QUANTUM)
    path = "/upload/storage/v1/b/songs/o?uploadType=resumable&name=song"
    uri = requests.post(process.url + path, timeout=HANG_S).headers["Location"]
    sent = {"Content-Range": f"bytes 0-{2 * QUANTUM - 1}/*"}
    assert requests.put(uri, song[: 2 * QUANTUM], headers=sent, timeout=HANG_S).status_code == 308
    process.kill()
    again = Process(tmp_path)
    try:
        uri = uri.replace(process.url, again.url)
        rest = {"Content-Range": f"bytes {2 * QUANTUM}-{3 * QUANTUM - 1}/{3 * QUANTUM}"}
        stored = requests.put(uri, song[2 * QUANTUM :], headers=rest, timeout=HANG_S)
        content = b"".join(again.download("song"))
    finally:
        again.kill()

    assert stored.status_code == 200
    assert content == song
