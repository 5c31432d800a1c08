"""Google's APIs as this local cloud serves them: each on the port where its clients expect it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.eventarc.dispatch import Eventarc
from localcloud.eventarc.retries import RetryPolicy
from localcloud.faults.requests import RefusingInterceptor, refusing
from localcloud.firestore.api.rest import rest_app
from localcloud.firestore.api.service import FirestoreService, firestore_service
from localcloud.firestore.indexes.requirements import IndexRules
from localcloud.identity.app import identity_app
from localcloud.identity.service_accounts.google_tokens import GoogleTokens
from localcloud.settings import HOST, ROOT
from localcloud.storage.app import is_capability, storage_app
from localcloud.tasks.service import TasksService

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from localcloud.credentials.keys import SigningKey
    from localcloud.credentials.service_account import ServiceAccount
    from localcloud.database import Database
    from localcloud.faults.decisions import Faults
    from localcloud.network.listeners import Listeners
    from localcloud.settings import Settings

INDEX_FILE = ROOT / "firestore.indexes.json"
# Shorter than the cloud's, for development. As many attempts as deploy.sh sets, which outlast the lease of an
# instance that was killed.
EVENT_RETRY = RetryPolicy(min_backoff_s=0.5, max_backoff_s=10.0, max_attempts=100)
TTL_SWEEP_EVERY_S = 30.0


@dataclass(frozen=True)
class Apis:
    """Everything that runs in this process on the shared database."""

    tokens: GoogleTokens
    eventarc: Eventarc
    tasks: TasksService
    firestore: FirestoreService

    async def expire(self) -> None:
        """Firestore's TTL, which the cloud applies within a day, and we within half a minute."""
        while True:
            await asyncio.sleep(TTL_SWEEP_EVERY_S)
            await self.firestore.delete_expired()


async def serve_apis(
    settings: Settings,
    database: Database,
    *,
    identity: tuple[SigningKey, ServiceAccount],
    deliver: Callable[[dict[str, str], bytes], Awaitable[int]],
    faults: Faults,
    show_mail: Callable[[str], None],
    places: tuple[Listeners, Mapping[str, int], tuple[Path, Path]],
) -> Apis:
    """Build the services and open their listeners.

    Args:
        settings: of the cloud.
        database: what all of them keep their state in.
        identity: the key that signs in Google's name, and the account that the functions run as.
        deliver: takes an event to convert.
        faults: what goes wrong on purpose.
        show_mail: prints a line about a mail that would have been sent.
        places: the listeners, the port of each, and the certificate for https.
    """
    (key, account), (listeners, ports, certificate) = identity, places
    signers = {account.email: account.key}
    action_url = "" if settings.apis_only else f"http://{HOST}:{ports['api']}/"
    accounts = identity_app(
        database,
        key,
        settings.project,
        service_accounts=signers,
        action_url=action_url,
        show_mail=show_mail,
    )
    eventarc = Eventarc(database, deliver, retry=EVENT_RETRY, faults=faults)
    storage = storage_app(
        database, settings.data / "blobs", {account.email: account.public_pem}, eventarc.record
    )
    firestore = firestore_service(database, IndexRules.from_file(INDEX_FILE))
    documents = rest_app(firestore.methods)
    for name, app in (("identity", accounts), ("storage", storage), ("firestore", documents)):
        app.middlewares.append(refusing(faults, name))
    # Users sign in there from the page. No URL of it is a permission.
    await listeners.http(accounts, ports["identity"], is_capability=lambda _: False)
    await listeners.http(storage, ports["storage"], is_capability=is_capability)
    await listeners.http(storage, ports["storage_https"], certificate)
    await listeners.http(documents, ports["firestore"])

    tokens = GoogleTokens(key, signers, time.time)
    tasks = TasksService(database, tokens.mint_oidc, faults=faults)
    server = listeners.grpc(ports["grpc"], RefusingInterceptor(faults))
    tasks.register(server)
    firestore.register(server)
    await server.start()
    return Apis(tokens, eventarc, tasks, firestore)
