"""Wires convert: one CloudEvent in, one pipeline, built at the first event.

All clients are imported at once, as nearly every event needs them: docs/adr/0012.
"""

from __future__ import annotations

import gc

gc.disable()  # until `end_start`

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import functions_framework
from flask import request
from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.conversion_counts import FirestoreConversionCounter
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.storage.drops import BucketDrops
from shared.adapters.storage.objects import BucketObjects
from shared.adapters.tasks.cloud_tasks import NotifyQueue, tasks_client
from shared.runtime.config import Environment, refuse_emulators_when_deployed
from shared.runtime.log import Log, trace_fields
from shared.runtime.start_up import end_start
from shared.service.conversion_limits import ConversionLimits
from shared.service.drops import DropImporter

from .dispatch import EventDispatcher
from .event import parse_event
from .ffmpeg.binaries import find_tools
from .pipeline import Bounds, Pipeline

if TYPE_CHECKING:
    from cloudevents.http.event import CloudEvent

refuse_emulators_when_deployed(os.environ)


@functions_framework.cloud_event
def convert(event: CloudEvent) -> None:
    """Entry point; an exception asks for the event again."""
    upload = parse_event(event["type"], event.data)
    # Eventarc has it in a header of its own, which is no part of the event.
    trace = trace_fields(Environment(os.environ).text("GOOGLE_CLOUD_PROJECT"), dict(request.headers))
    log = Log({"function": "convert", "event": event["id"], **trace})
    reception = _reception()
    end_start()
    reception.run(upload, log.bind(object=upload.object, generation=upload.generation))


@cache
def _reception() -> EventDispatcher:
    env = Environment(os.environ)
    project, bucket = env.text("GOOGLE_CLOUD_PROJECT"), env.text("BUCKET")
    storage = Client(project=project)
    records = GoogleRecords(firestore.Client(project=project, database=env.text("FIRESTORE_DATABASE")))
    tasks = FirestoreTasks(records)
    lifetime = timedelta(days=env.number("TASK_LIFETIME_DAYS"))
    calls = tasks_client(env.text("CLOUD_TASKS_EMULATOR_HOST"))
    pipeline = Pipeline(
        tasks,
        BucketObjects(storage, bucket),
        NotifyQueue(calls, env.text("TASKS_QUEUE"), env.text("NOTIFY_URL"), env.text("NOTIFY_INVOKER")),
        find_tools(env.text("FFMPEG_DIR")),
        _bounds(env),
        _now,
        ConversionLimits(
            FirestoreConversionCounter(records),
            env.number("CONVERSIONS_PER_TASK"),
            env.number("CONVERSIONS_PER_USER_DAY"),
            env.number("CONVERSIONS_PER_DAY"),
        ),
    )
    return EventDispatcher(pipeline, DropImporter(tasks, BucketDrops(storage, bucket), _now, lifetime))


def _now() -> datetime:
    return datetime.now(UTC)


def _bounds(env: Environment) -> Bounds:
    return Bounds(
        timeout_s=env.number("CONVERT_TIMEOUT_S"),
        lease_s=env.number("LEASE_S"),
        attempts=env.number("ATTEMPTS_MAX"),
        event_age_s=env.number("EVENT_AGE_MAX_S"),
        size_bytes=env.number("UPLOAD_MAX_BYTES"),
        duration_s=env.number("DURATION_MAX_S"),
        room_bytes=env.number("TEMP_MAX_BYTES"),
    )
