"""Composes the local cloud: one database, one event loop, each service before those that need it."""

from __future__ import annotations

import asyncio
import fcntl
import os
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from localcloud.apis import serve_apis
from localcloud.credentials.keys import SigningKey, localhost_certificate
from localcloud.credentials.service_account import write_service_account
from localcloud.database import Database
from localcloud.deployment.env_file import write_env
from localcloud.deployment.functions import function_environment
from localcloud.deployment.provision import create_bucket, create_queue, queue_path
from localcloud.deployment.services import Deployment
from localcloud.faults.control import control_app
from localcloud.faults.decisions import Faults
from localcloud.faults.kill_points import Killer
from localcloud.faults.plan import FaultPlan
from localcloud.firestore.hosts import GRPC, JSON, firestore_hosts
from localcloud.identity.identity_toolkit.mailbox import sent_mails
from localcloud.identity.service_accounts.certificates import SIGN_IN_CERTIFICATES
from localcloud.network.browsers import Pages
from localcloud.network.ipv6 import Ipv6Relay
from localcloud.network.listeners import Listeners
from localcloud.network.ports import Ports
from localcloud.run.ingress import ingress_app
from localcloud.run.spec import LogLine
from localcloud.scheduler import Oidc, Schedule, Scheduler
from localcloud.settings import HOST
from localcloud.storage.gcloud_config import command_line_environment

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from types import TracebackType

    from localcloud.run.spec import LogSink
    from localcloud.settings import Settings

API_PORTS = ("storage", "storage_https", "grpc", "firestore", "identity", "control")
FUNCTION_PORTS = ("api", "notify", "queued")
QUEUES = ("notify", "webhooks")
# Of conversions: each makes half as many calls at a time as there are instances for them.
CONVERSION_QUEUES = ("long", "bulk")
# As deploy.sh sets the job up, but more often.
SWEEP, SWEEP_DEADLINE_S = "sonube-sweep", 120.0


class AlreadyRunning(RuntimeError):
    """Another localcloud works on the same data."""


class LocalCloud:
    """Context manager; inside it, everything answers.

    Args:
        settings: see there.
        sink: receives each line that a function writes.

    Attributes:
        client: what any Google client needs to talk to this cloud.
    """

    def __init__(self, settings: Settings, sink: LogSink) -> None:
        self.settings = settings
        self.client: dict[str, str] = {}
        self._faults = Faults(FaultPlan.parse(""))
        self._killer = Killer(self._faults)
        self._sink = sink
        self._functions: Deployment | None = None
        self._exit = AsyncExitStack()

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
        names = API_PORTS if settings.apis_only else API_PORTS + FUNCTION_PORTS
        self._ports = {name: ports.choose(name, getattr(settings, f"{name}_port")) for name in names}
        self._pages = Pages.allowed(os.environ, self._ports.get("api"))
        self.client = self._client_environment()
        await self._serve()
        await create_bucket(settings, self.client["STORAGE_EMULATOR_HOST"])
        for queue in QUEUES:
            await create_queue(settings, queue, self.client["CLOUD_TASKS_EMULATOR_HOST"])
        for queue in CONVERSION_QUEUES:
            share = max(1, settings.instances // len(CONVERSION_QUEUES))
            await create_queue(settings, queue, self.client["CLOUD_TASKS_EMULATOR_HOST"], concurrency=share)
        if not settings.apis_only:
            await self._start_functions()
        # Faults start here, after the set-up.
        self._faults.plan = FaultPlan.parse(settings.faults)
        self._keep(self._apis.tasks.run(), self._apis.expire())
        if self._functions:
            self._keep(self._apis.eventarc.run(), self._scheduler.run())
        write_env(settings.data / "env", self.client | self._command_line_environment())
        self._exit.callback((settings.data / "env").unlink, missing_ok=True)

    def _lock(self) -> None:
        """Lock the folder while this process lives; the kernel releases the lock at its end."""
        lock = self._exit.enter_context((self.settings.data / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(f"Another localcloud is running on {self.settings.data}.") from error

    def _client_environment(self) -> dict[str, str]:
        settings, ports = self.settings, self._ports
        grpc = f"{HOST}:{ports['grpc']}"
        functions = {} if settings.apis_only else {"SONUBE_URL": f"http://{HOST}:{ports['api']}"}
        return functions | {
            "BUCKET": settings.bucket,
            "GOOGLE_CLOUD_PROJECT": settings.project,
            "GOOGLE_APPLICATION_CREDENTIALS": str(settings.data.absolute() / "service-account.json"),
            "STORAGE_EMULATOR_HOST": f"http://{HOST}:{ports['storage']}",
            **firestore_hosts(os.environ, {GRPC: grpc, JSON: f"{HOST}:{ports['firestore']}"}),
            "CLOUD_TASKS_EMULATOR_HOST": grpc,
            "FIREBASE_AUTH_EMULATOR_HOST": f"{HOST}:{ports['identity']}",
            "TOKEN_CERTIFICATES_URL": f"http://{HOST}:{ports['identity']}{SIGN_IN_CERTIFICATES}",
            "IDENTITY_TOOLKIT_URL": f"http://{HOST}:{ports['identity']}/identitytoolkit.googleapis.com/v1",
            "SECURE_TOKEN_URL": f"http://{HOST}:{ports['identity']}/securetoken.googleapis.com/v1",
        }

    def _command_line_environment(self) -> dict[str, str]:
        """The variables for gsutil and gcloud, and the URL where faults are set at run time."""
        data, ports = self.settings.data.absolute(), self._ports
        certificate, _ = localhost_certificate(data)
        tools = command_line_environment(
            data / "command-line",
            project=self.settings.project,
            http_port=ports["storage"],
            https_port=ports["storage_https"],
            certificate=certificate,
        )
        return tools | {"LOCALCLOUD_URL": f"http://{HOST}:{ports['control']}"}

    async def _serve(self) -> None:
        """Serve every API that Google's clients call."""
        settings = self.settings
        database = Database(settings.data / "cloud.db")
        self._exit.callback(database.close)
        self._key = SigningKey.load_or_create(settings.data / "signing-key.pem")
        token_uri = f"http://{self.client['FIREBASE_AUTH_EMULATOR_HOST']}/token"
        credentials = settings.data / "service-account.json"
        self._account = write_service_account(credentials, settings.project, "sonube", token_uri)
        self._listeners = Listeners(self._pages)
        self._exit.push_async_callback(self._listeners.close)
        places = (self._listeners, self._ports, localhost_certificate(settings.data))
        identity = (self._key, self._account)
        self._apis = await serve_apis(
            settings,
            database,
            identity=identity,
            deliver=self._deliver,
            faults=self._faults,
            show_mail=lambda text: self._sink(LogLine("localcloud", os.getpid(), text)),
            places=places,
        )
        self._scheduler = Scheduler(self._schedules(), self._apis.tokens.mint_oidc)
        control = control_app(
            self._faults, self._status, self._scheduler.call_now, lambda: sent_mails(database)
        )
        await self._listeners.http(control, self._ports["control"])

    def _schedules(self) -> list[Schedule]:
        """The jobs that deploy.sh creates in Cloud Scheduler."""
        if not self.settings.sweep_s or self.settings.apis_only:
            return []
        url = f"http://{HOST}:{self._ports['notify']}"
        invoker = Oidc(self._account.email, audience=url)
        return [Schedule(SWEEP, self.settings.sweep_s, f"{url}/api/sweep", invoker, SWEEP_DEADLINE_S)]

    async def _start_functions(self) -> None:
        settings, ports = self.settings, self._ports
        wiring = {
            "TASKS_QUEUE": queue_path(settings, "notify"),
            "WEBHOOKS_QUEUE": queue_path(settings, "webhooks"),
            "NOTIFY_URL": f"http://{HOST}:{ports['notify']}",
            "NOTIFY_INVOKER": self._account.email,
            "LONG_QUEUE": queue_path(settings, "long"),
            "BULK_QUEUE": queue_path(settings, "bulk"),
            "QUEUED_URL": f"http://{HOST}:{ports['queued']}",
            "ALLOWED_HOSTS": " ".join(sorted(self._pages.hosts)),
            "CORS_ORIGINS": " ".join(sorted(self._pages.origins)),
        }
        environment = function_environment(self.client, wiring)
        self._functions = Deployment(settings, environment, ports["api"], self._on_log_line)
        self._exit.push_async_callback(self._functions.stop)
        await self._functions.start()
        relay = Ipv6Relay(ports["api"])
        self._exit.push_async_callback(relay.stop)
        await relay.start()
        for name, service in (("notify", self._functions.notify), ("queued", self._functions.queued)):
            await self._listeners.http(ingress_app(service, self._verify_oidc), ports[name])

    def _on_log_line(self, line: LogLine) -> None:
        self._sink(line)
        self._killer(line)

    async def _deliver(self, headers: dict[str, str], body: bytes) -> int:
        if self._functions is None:
            raise RuntimeError("There is no function to deliver to.")
        return (await self._functions.convert(headers, body)).status

    def _verify_oidc(self, token: str, audience: str) -> Mapping[str, object]:
        claims = self._key.verify_jwt(token)
        if claims.get("aud") != audience:
            raise ValueError(f"The token is for {claims.get('aud')}, not for {audience}.")
        return claims

    def _status(self) -> Mapping[str, Any]:
        """For `GET $LOCALCLOUD_URL/status`."""
        instances = self._functions.convert_instances() if self._functions else []
        return {"events": asdict(self._apis.eventarc.counts()), "convertInstances": instances}

    def _keep(self, *works: Coroutine[None, None, None]) -> None:
        """Run all of them until the cloud ends."""
        for work in works:
            self._exit.push_async_callback(_cancelled, asyncio.create_task(work))


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
