"""Composes the local cloud: one database, one event loop, each service before those that need it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from localcloud.credentials import write_service_account
from localcloud.database import Database
from localcloud.doors import Doors
from localcloud.env_file import write_env
from localcloud.eventarc.dispatch import Eventarc
from localcloud.eventarc.retries import RetryPolicy
from localcloud.firestore.indexes import IndexRules
from localcloud.firestore.service import firestore_service
from localcloud.functions import api_spec, convert_spec, function_environment, notify_spec
from localcloud.identity.app import identity_app
from localcloud.identity.google_tokens import GoogleTokens
from localcloud.keys import SigningKey, localhost_certificate
from localcloud.ports import Ports
from localcloud.provision import create_bucket, create_queue, queue_path
from localcloud.run.front import front_app
from localcloud.run.reaper import Reaper
from localcloud.run.service import Service
from localcloud.settings import HOST, ROOT
from localcloud.storage.app import storage_app
from localcloud.storage.command_line import command_line_environment
from localcloud.tasks.service import TasksService

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from types import TracebackType

    from localcloud.run.spec import LogSink, ServiceSpec
    from localcloud.settings import Settings

INDEX_FILE = ROOT / "firestore.indexes.json"
# Shorter than the cloud's: on a laptop nobody waits for minutes.
EVENT_RETRY = RetryPolicy(min_backoff_s=0.5, max_backoff_s=10.0, max_attempts=20)
DOORS = ("api", "storage", "storage_https", "grpc", "identity", "notify", "control")
TTL_SWEEP_EVERY_S = 30.0


class AlreadyRunning(RuntimeError):
    """Another localcloud works on the same data."""


class LocalCloud:
    """Context manager; inside, everything answers.

    Args:
        settings: see there.
        sink: told of each line that a function writes.
    """

    def __init__(self, settings: Settings, sink: LogSink) -> None:
        self.settings = settings
        self._sink = sink
        self._exit = AsyncExitStack()
        self._background: set[asyncio.Task[None]] = set()
        self.client: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.aclose()

    async def _start(self) -> None:
        settings = self.settings
        settings.data.mkdir(parents=True, exist_ok=True)
        self._lock()
        (settings.data / "env").unlink(missing_ok=True)
        ports = Ports(settings.data / "ports.json")
        self.ports = {name: ports.choose(name, getattr(settings, f"{name}_port")) for name in DOORS}
        self.client = self._client_environment()
        await self._serve()
        await create_bucket(settings, self.client["STORAGE_EMULATOR_HOST"])
        await create_queue(settings, self.client["CLOUD_TASKS_EMULATOR_HOST"])
        await self._start_functions()
        write_env(settings.data / "env", self.client | self._command_line_environment())
        self._exit.callback((settings.data / "env").unlink, missing_ok=True)

    def _lock(self) -> None:
        """Hold the folder as long as this process lives; the kernel lets go however it ends."""
        lock = self._exit.enter_context((self.settings.data / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(f"Another localcloud is running on {self.settings.data}.") from error

    def _client_environment(self) -> dict[str, str]:
        settings, ports = self.settings, self.ports
        grpc = f"{HOST}:{ports['grpc']}"
        return {
            "SONUBE_URL": f"http://{HOST}:{ports['api']}",
            "BUCKET": settings.bucket,
            "GOOGLE_CLOUD_PROJECT": settings.project,
            "GOOGLE_APPLICATION_CREDENTIALS": str(settings.data.absolute() / "service-account.json"),
            "STORAGE_EMULATOR_HOST": f"http://{HOST}:{ports['storage']}",
            # One that is set outside, such as Google's own emulator, takes the place of ours.
            "FIRESTORE_EMULATOR_HOST": os.environ.get("FIRESTORE_EMULATOR_HOST", grpc),
            "CLOUD_TASKS_EMULATOR_HOST": grpc,
            "FIREBASE_AUTH_EMULATOR_HOST": f"{HOST}:{ports['identity']}",
        }

    def _command_line_environment(self) -> dict[str, str]:
        """What gsutil and gcloud need beside the rest."""
        settings, ports = self.settings, self.ports
        certificate, _ = localhost_certificate(settings.data.absolute())
        return command_line_environment(
            settings.data.absolute() / "command-line",
            project=settings.project,
            http_port=ports["storage"],
            https_port=ports["storage_https"],
            certificate=certificate,
        )

    async def _serve(self) -> None:
        """Open every door behind which Google's clients look for a service."""
        settings, ports = self.settings, self.ports
        database = Database(settings.data / "cloud.db")
        self._exit.callback(database.close)
        self._key = SigningKey.load_or_create(settings.data / "signing-key.pem")
        token_uri = f"http://{self.client['FIREBASE_AUTH_EMULATOR_HOST']}/token"
        credentials = settings.data / "service-account.json"
        self._account = write_service_account(credentials, settings.project, "sonube", token_uri)
        signers = {self._account.email: self._account.key}

        self._doors = Doors()
        self._exit.push_async_callback(self._doors.close)
        await self._doors.http(
            identity_app(database, self._key, settings.project, service_accounts=signers), ports["identity"]
        )
        self._eventarc = Eventarc(database, self._deliver, retry=EVENT_RETRY)
        keys = {self._account.email: self._account.public_pem}
        storage = storage_app(database, settings.data / "blobs", keys, self._eventarc.record)
        await self._doors.http(storage, ports["storage"])
        certificate = localhost_certificate(settings.data)
        await self._doors.http(storage, ports["storage_https"], certificate)

        tokens = GoogleTokens(self._key, signers, time.time)
        self._tasks = TasksService(database, tokens.mint_oidc)
        self._firestore = firestore_service(database, IndexRules.from_file(INDEX_FILE))
        server = self._doors.grpc(ports["grpc"])
        self._tasks.register(server)
        self._firestore.register(server)
        await server.start()

    async def _start_functions(self) -> None:
        settings, ports = self.settings, self.ports
        notify_url = f"http://{HOST}:{ports['notify']}"
        wiring = {
            "TASKS_QUEUE": queue_path(settings),
            "NOTIFY_URL": notify_url,
            "NOTIFY_INVOKER": self._account.email,
        }
        environment = function_environment(self.client, wiring)
        self._reaper = Reaper()
        self._exit.callback(self._reaper.close)
        notify, self._convert, _ = await asyncio.gather(
            self._service(notify_spec(settings, environment)),
            self._service(convert_spec(settings, environment)),
            self._service(api_spec(settings, environment, ports["api"])),
        )
        await self._doors.http(front_app(notify, self._verify_oidc), ports["notify"])
        # Only now is there somebody to deliver to what an earlier run left.
        self._keep(self._tasks.run())
        self._keep(self._eventarc.run())
        self._keep(self._expire())

    async def _service(self, spec: ServiceSpec) -> Service:
        service = Service(spec, self._sink, self._reaper)
        await service.start()
        self._exit.push_async_callback(service.stop)
        return service

    async def _deliver(self, headers: dict[str, str], body: bytes) -> int:
        return (await self._convert.request("POST", "/", headers, body)).status

    def _verify_oidc(self, token: str, audience: str) -> Mapping[str, object]:
        claims = self._key.verify_jwt(token)
        if claims.get("aud") != audience:
            raise ValueError(f"The token is for {claims.get('aud')}, not for {audience}.")
        return claims

    async def _expire(self) -> None:
        """Firestore's TTL, which the cloud applies within a day, and we within half a minute."""
        while True:
            await asyncio.sleep(TTL_SWEEP_EVERY_S)
            await self._firestore.delete_expired()

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        """Run until the cloud ends."""
        task = asyncio.create_task(work)
        self._background.add(task)
        self._exit.push_async_callback(_cancelled, task)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
