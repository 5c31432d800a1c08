"""A Cloud Storage of a test's own, on a free port and a thread; restarted and shifted in time at will."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from google.oauth2 import service_account

from localcloud.database import Database
from localcloud.storage.app import storage_app
from tests.waiting import HANG_S

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    import requests
    from cryptography.hazmat.primitives.asymmetric import rsa

    from localcloud.storage.store.stored_object import StoredObject

SIGNER = "signer@sonube.iam.gserviceaccount.com"


@dataclass
class Server:
    """One running Cloud Storage, in plain HTTP and with `tls` in HTTPS too; a restart finds its files."""

    directory: Path
    certificates: dict[str, str]
    tls: ssl.SSLContext | None = None
    finalized: list[StoredObject] = field(default_factory=list)
    clock_offset_s: float = 0.0
    port: int = 0
    https_port: int = 0

    def start(self) -> None:
        """Serve on `port` (0: a free one, which is then kept)."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(HANG_S)

    def stop(self) -> None:
        """End the thread and close the database."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANG_S)

    def restart(self) -> None:
        """Stop and start again on the same port and files."""
        self.stop()
        self.start()

    def now(self) -> float:
        """The server's clock."""
        return time.time() + self.clock_offset_s

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def blobs(self) -> list[str]:
        """The names of the blob files on disk."""
        return [path.name for path in (self.directory / "blobs").iterdir()]

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        database = Database(self.directory / "state.sqlite")
        app = storage_app(
            database, self.directory / "blobs", self.certificates, self.finalized.append, self.now
        )
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", self.port).start())
        self.port = runner.addresses[0][1]
        if self.tls:
            secure = web.TCPSite(runner, "127.0.0.1", self.https_port, ssl_context=self.tls)
            self._loop.run_until_complete(secure.start())
            self.https_port = runner.addresses[1][1]
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        left = asyncio.all_tasks(self._loop)  # connections that still drain unwanted bodies
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        database.close()


def credentials_with(key: rsa.RSAPrivateKey, email: str = SIGNER) -> service_account.Credentials:
    """A service account's credentials, as a key file holds them."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    info = {"client_email": email, "private_key": pem, "token_uri": "http://127.0.0.1:1/token"}
    made: service_account.Credentials = service_account.Credentials.from_service_account_info(info)
    return made


def code_of(response: requests.Response) -> str:
    """The code in an error of the XML API."""
    return response.text.partition("<Code>")[2].partition("</Code>")[0]
