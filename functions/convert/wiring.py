"""Builds the dispatcher with its adapters. Nearly every event needs all clients: docs/adr/0012."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.conversion_counts import FirestoreConversionCounter
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.storage.drops import BucketDrops
from shared.adapters.storage.objects import BucketObjects
from shared.adapters.tasks.cloud_tasks import NotifyQueue, tasks_client
from shared.runtime.log import Log
from shared.service.conversion_limits import ConversionLimits
from shared.service.drops import DropImporter

from .attempt import Bounds
from .event import EventDispatcher
from .ffmpeg.binaries import find_tools
from .instance import describe_instance
from .pipeline import Pipeline

if TYPE_CHECKING:
    from shared.runtime.config import Environment


def build_dispatcher(env: Environment) -> EventDispatcher:
    """Return a dispatcher whose adapters talk to the project that the settings name."""
    project, bucket = env.text("GOOGLE_CLOUD_PROJECT"), env.text("BUCKET")
    storage = Client(project=project)
    records = GoogleRecords(firestore.Client(project=project, database=env.text("FIRESTORE_DATABASE")))
    tasks = FirestoreTasks(records)
    queue = tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST"))
    tools = find_tools(env.text("FFMPEG_DIR"))
    Log({"function": "convert"}).info("instance", **describe_instance(tools))
    pipeline = Pipeline(
        tasks,
        BucketObjects(storage, bucket),
        NotifyQueue(queue, env.text("TASKS_QUEUE"), env.text("NOTIFY_URL"), env.text("NOTIFY_INVOKER")),
        tools,
        _bounds(env),
        _now,
        _conversion_limits(env, records),
    )
    lifetime = timedelta(days=env.number("TASK_LIFETIME_DAYS"))
    return EventDispatcher(pipeline, DropImporter(tasks, BucketDrops(storage, bucket), _now, lifetime))


def _bounds(env: Environment) -> Bounds:
    return Bounds(
        timeout_s=env.number("CONVERT_TIMEOUT_S"),
        lease_s=env.number("LEASE_S"),
        attempts=env.number("ATTEMPTS_MAX"),
        event_age_s=env.number("EVENT_AGE_MAX_S"),
        size_bytes=env.number("UPLOAD_MAX_BYTES"),
        duration_s=env.number("DURATION_MAX_S"),
        disk_bytes=env.number("TEMP_MAX_BYTES"),
    )


def _conversion_limits(env: Environment, records: GoogleRecords) -> ConversionLimits:
    return ConversionLimits(
        FirestoreConversionCounter(records),
        env.number("CONVERSIONS_PER_TASK"),
        env.number("CONVERSIONS_PER_USER_DAY"),
        env.number("CONVERSIONS_PER_DAY"),
    )


def _now() -> datetime:
    return datetime.now(UTC)
