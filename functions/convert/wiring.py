"""Builds what main serves, with its adapters. Nearly every event needs all clients: docs/adr/0012."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.ledger import FirestoreLedger
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.storage.drops import BucketDrops
from shared.adapters.storage.objects import BucketObjects
from shared.adapters.tasks.cloud_tasks import ConversionQueues, NotifyQueue, tasks_client
from shared.runtime.log import Log
from shared.service.conversion_limits import Allowance, ConversionLimits
from shared.service.drops import DropImporter
from shared.web.invoker import Invoker

from .attempt import Bounds
from .event import EventDispatcher
from .ffmpeg.binaries import find_tools
from .instance import describe_instance
from .pipeline import Pipeline
from .queueing import BULK, LONG, Queueing
from .routes import application

if TYPE_CHECKING:
    from google.cloud.tasks_v2 import CloudTasksClient

    from shared.runtime.config import Environment
    from shared.web.http import Application


def build_dispatcher(env: Environment) -> EventDispatcher:
    """Return a dispatcher whose adapters talk to the project that the settings name."""
    storage, records, queue = _clients(env)
    tasks = FirestoreTasks(records)
    queueing = Queueing(
        _conversion_queues(env, queue),
        env.number("LONG_CONVERSION_S"),
        FirestoreLedger(records),
        env.number("OWNER_CONVERSIONS_MAX"),
    )
    pipeline = replace(_pipeline(env, storage, records, queue), queueing=queueing)
    lifetime = timedelta(days=env.number("TASK_LIFETIME_DAYS"))
    drops = DropImporter(tasks, BucketDrops(storage, env.text("BUCKET")), _now, lifetime)
    return EventDispatcher(pipeline, drops)


def build_application(env: Environment) -> Application:
    """Return the application for calls from queues, which may take longer."""
    pipeline = _pipeline(env, *_clients(env))
    bounds = replace(pipeline.bounds, timeout_s=env.number("QUEUED_TIMEOUT_S"))
    invoker = Invoker(env.text("NOTIFY_INVOKER"), env.text("QUEUED_URL").rstrip("/"))
    return application(invoker, replace(pipeline, bounds=bounds))


def _clients(env: Environment) -> tuple[Client, GoogleRecords, CloudTasksClient]:
    project = env.text("GOOGLE_CLOUD_PROJECT")
    records = GoogleRecords(firestore.Client(project=project, database=env.text("FIRESTORE_DATABASE")))
    return Client(project=project), records, tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST"))


def _pipeline(env: Environment, storage: Client, records: GoogleRecords, queue: CloudTasksClient) -> Pipeline:
    tools = find_tools(env.text("FFMPEG_DIR"))
    Log({"function": "convert"}).info("instance", **describe_instance(tools))
    return Pipeline(
        FirestoreTasks(records),
        BucketObjects(storage, env.text("BUCKET")),
        NotifyQueue(queue, env.text("TASKS_QUEUE"), env.text("NOTIFY_URL"), env.text("NOTIFY_INVOKER")),
        tools,
        _bounds(env),
        _now,
        _conversion_limits(env),
    )


def _conversion_queues(env: Environment, queue: CloudTasksClient) -> ConversionQueues:
    queues = {LONG: env.text("LONG_QUEUE"), BULK: env.text("BULK_QUEUE")}
    return ConversionQueues(queue, queues, env.text("QUEUED_URL"), env.text("NOTIFY_INVOKER"))


def _bounds(env: Environment) -> Bounds:
    return Bounds(
        timeout_s=env.number("CONVERT_TIMEOUT_S"),
        lease_s=env.number("LEASE_S"),
        attempts=env.number("ATTEMPTS_MAX"),
        event_age_s=env.number("EVENT_AGE_MAX_S"),
        size_bytes=env.number("UPLOAD_MAX_BYTES"),
        duration_s=env.number("DURATION_MAX_S"),
        disk_bytes=env.number("TEMP_MAX_BYTES"),
        finish_s=env.number("QUEUED_TIMEOUT_S"),
    )


def _conversion_limits(env: Environment) -> ConversionLimits:
    return ConversionLimits(
        env.number("CONVERSIONS_PER_TASK"),
        Allowance(env.nano_usd("USD_PER_USER_MONTH"), env.number("CONVERSIONS_PER_USER_DAY")),
        Allowance(env.nano_usd("USD_PER_DAY"), env.number("CONVERSIONS_PER_DAY")),
        env.number("NEW_ACCOUNTS_PERCENT"),
        4 * env.number("UPLOAD_MAX_BYTES"),
    )


def _now() -> datetime:
    return datetime.now(UTC)
