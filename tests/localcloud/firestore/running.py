"""Firestores to test against: ours in this process or one of its own, and Google's emulator."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from localcloud.database import Database
from localcloud.firestore.api.service import FirestoreService
from localcloud.firestore.indexes.requirements import IndexRules
from tests.localcloud.background import Background
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.firestore.transactions.transactions import LockTimeouts

EMULATOR_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


class Client(firestore.Client):
    """The real client, speaking to a port as it does with FIRESTORE_EMULATOR_HOST set."""

    def __init__(self, port: int, project: str = "") -> None:
        super().__init__(project=project or f"p{uuid.uuid4().hex[:12]}", credentials=AnonymousCredentials())
        self._emulator_host = f"127.0.0.1:{port}"

    def close(self) -> None:
        self._firestore_api.transport.close()


class Local:
    """Our service over the database in `folder`, from construction to `close`."""

    def __init__(
        self,
        folder: Path,
        indexes: IndexRules | None = None,
        *,
        now: Callable[[], float] = time.time,
        lock_timeouts: LockTimeouts | None = None,
    ) -> None:
        self._background = Background()
        self._database = Database(folder / "cloud.db")
        self.service = FirestoreService(
            self._database, indexes or IndexRules.allow_all(), now=now, lock_timeouts=lock_timeouts
        )
        self._background.run(self._start())

    async def _start(self) -> None:
        self._server = grpc.aio.server()
        self.service.register(self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        await self._server.start()

    def delete_expired(self) -> int:
        return self._background.run(self.service.delete_expired())

    async def _stop(self) -> None:
        await self._server.stop(None)

    def close(self) -> None:
        self._background.run(self._stop())
        self._background.close()
        self._database.close()


@contextmanager
def local_process(database: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Our service as a process, and its port; killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.localcloud.firestore.serve", str(database)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(HANG_S)
        assert process.stdout is not None
        process.stdout.close()


def emulator_jar() -> Path | None:
    """Where the SDK has Google's emulator, if this machine can run it."""
    gcloud = shutil.which("gcloud")
    if gcloud is None or shutil.which("java") is None:
        return None
    sdk = Path(gcloud).resolve().parent.parent
    jar = sdk / "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
    return jar if jar.exists() else None


@contextmanager
def emulator(jar: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Google's emulator and its port; ended by its process group."""
    port = _free_port()
    # By default, Java's own temporary files are in /tmp.
    options = ["-XX:-UsePerfData", f"-Djava.io.tmpdir={tempfile.gettempdir()}"]
    argv = ["java", *options, "-cp", str(jar), EMULATOR_CLASS, "--host=127.0.0.1", f"--port={port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _wait_until_it_listens(port, process)
        yield process, port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(HANG_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    def listens() -> bool:
        assert process.poll() is None, "Google's emulator ended at its start"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens)
