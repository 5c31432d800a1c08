"""Builds the use cases from settings and adapters.

What every call needs is imported here, before the server forks; the rest is imported by the first call that
needs it (docs/adr/0012).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from google.cloud import firestore

from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.endpoints import FirestoreEndpoints
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.service.drops import DropImporter
from shared.web.invoker import Invoker

from .deliver import DeliverWebhook
from .orphans import OrphanCleanup
from .routes import UseCases, application
from .settle import SettleTask
from .sweep import GracePeriods, Sweep

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records
    from shared.ports.task_folder import TaskFolder
    from shared.ports.tasks import TaskStore
    from shared.runtime.config import Environment
    from shared.service.forgetting import Forgetting
    from shared.web.http import Application
    from shared.webhooks.ports import DeliveryQueue, EndpointStore


def build_application(env: Environment) -> Application:
    """All routes of notify, with these settings."""
    invoker = Invoker(env.text("NOTIFY_INVOKER"), env.text("NOTIFY_URL").rstrip("/"))
    return application(invoker, use_cases(env))


def use_cases(env: Environment) -> UseCases:
    """The use cases; each is built when a call first needs it, once."""
    records = cache(lambda: _records(env))
    tasks = cache(lambda: FirestoreTasks(records()))
    endpoints = cache(lambda: FirestoreEndpoints(records()))
    queue = cache(lambda: _queue(env))
    settle = cache(lambda: SettleTask(tasks(), endpoints(), queue, _now))
    return UseCases(
        settle=settle,
        deliver=cache(lambda: _deliver(env, tasks(), endpoints(), queue())),
        sweep=cache(lambda: _sweep(env, records(), tasks(), settle())),
    )


def _records(env: Environment) -> Records:
    project, database = env.text("GOOGLE_CLOUD_PROJECT"), env.text("FIRESTORE_DATABASE")
    return GoogleRecords(firestore.Client(project=project, database=database))


def _queue(env: Environment) -> DeliveryQueue:
    from shared.adapters.tasks.cloud_tasks import WebhookQueue, tasks_client  # noqa: PLC0415  # few calls need it

    client = tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST"))
    return WebhookQueue(
        client, env.text("WEBHOOKS_QUEUE"), env.text("NOTIFY_URL"), env.text("NOTIFY_INVOKER")
    )


def _deliver(
    env: Environment, tasks: TaskStore, endpoints: EndpointStore, queue: DeliveryQueue
) -> DeliverWebhook:
    from shared.adapters.http.outbound import Outbound  # noqa: PLC0415  # few calls need it
    from shared.adapters.storage.signing import GOOGLE, BucketUrls, signing_credentials  # noqa: PLC0415
    from shared.webhooks.bounded import DELIVERIES_MAX, BoundedSender  # noqa: PLC0415

    storage = env.variables.get("STORAGE_EMULATOR_HOST") or GOOGLE
    urls = BucketUrls(env.text("BUCKET"), signing_credentials(), env.number("URL_LIFETIME_S"), storage)
    outbound = Outbound(env.flag("WEBHOOK_ALLOW_LOOPBACK"), env.number("WEBHOOK_TIMEOUT_S"))
    sender = BoundedSender(outbound, DELIVERIES_MAX)
    return DeliverWebhook(tasks, endpoints, queue, urls, sender, _now, env.seconds("WEBHOOK_RETRY_DELAYS_S"))


def _sweep(env: Environment, records: Records, tasks: TaskStore, settle: SettleTask) -> Sweep:
    from google.cloud.storage import Client  # noqa: PLC0415  # few calls need it

    from shared.adapters.firestore.search import FirestoreSearch  # noqa: PLC0415  # as above
    from shared.adapters.storage.bucket import Bucket  # noqa: PLC0415  # as above
    from shared.adapters.storage.drops import BucketDrops  # noqa: PLC0415  # as above
    from shared.adapters.storage.listing import BucketListing  # noqa: PLC0415  # as above

    client, bucket = Client(project=env.text("GOOGLE_CLOUD_PROJECT")), env.text("BUCKET")
    listing, lifetime = BucketListing(client, bucket), timedelta(days=env.number("TASK_LIFETIME_DAYS"))
    drops = DropImporter(tasks, BucketDrops(client, bucket), _now, lifetime)
    orphans = OrphanCleanup(tasks, listing, drops, bucket)
    periods = GracePeriods(
        grace=timedelta(seconds=env.number("SWEEP_GRACE_S")),
        upload=timedelta(seconds=env.number("UPLOAD_TIMEOUT_S")),
        give_up=timedelta(seconds=env.number("EVENT_AGE_MAX_S")),
    )
    forgetting = _forgetting(env, records, tasks, Bucket(client, bucket))
    return Sweep(tasks, FirestoreSearch(records), listing, orphans, settle, _now, periods, forgetting)


def _forgetting(env: Environment, records: Records, tasks: TaskStore, folder: TaskFolder) -> Forgetting:
    from shared.adapters.firestore.admission import FirestoreAdmission  # noqa: PLC0415  # few calls need it
    from shared.adapters.firestore.deletions import FirestoreDeletions  # noqa: PLC0415  # as above
    from shared.adapters.firestore.keys import FirestoreKeys  # noqa: PLC0415  # as above
    from shared.adapters.identity.users import Users  # noqa: PLC0415  # as above
    from shared.service.forgetting import Forgetting, Grants  # noqa: PLC0415  # as above

    emulator = env.variables.get("FIREBASE_AUTH_EMULATOR_HOST", "")
    users = Users(env.text("GOOGLE_CLOUD_PROJECT"), emulator)
    grants = Grants(FirestoreKeys(records), FirestoreEndpoints(records))
    admission, deletions = FirestoreAdmission(records), FirestoreDeletions(records)
    return Forgetting(users, grants, tasks, folder, admission, deletions, _now)


def _now() -> datetime:
    return datetime.now(UTC)
