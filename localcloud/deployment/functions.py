"""The functions as local services: which bundle, which environment, how many instances."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.run.spec import PORT, ServiceSpec
from localcloud.settings import HOST
from shared.runtime.config import SETTINGS
from tools.ffmpeg import ffmpeg_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.settings import Settings

# The platform cuts an event function at 540 s (Cloud Functions, 2nd gen).
EVENT_TIMEOUT_S = 540.0
# Cloud Tasks waits no longer for a response.
QUEUED_TIMEOUT_S = 1800.0
HTTP_TIMEOUT_S = 60.0
# The platform gives 10 s between TERM and KILL. Ctrl-C does not wait for a conversion, whose event is
# redelivered at the next start.
GRACE_S = 1.5
# Of one instance, as deploy/settings.sh has it.
HTTP_CONCURRENCY = 40


def function_environment(client: Mapping[str, str], wiring: Mapping[str, str]) -> dict[str, str]:
    """The variables of docs/configuration.md; a limit that is set outside wins, so that it can be tried out.

    Args:
        client: what any Google client needs to talk to this localcloud.
        wiring: what ties the functions together.
    """
    defaults = {
        # Programs are found by it; nothing else of the surrounding environment reaches a function.
        "PATH": os.environ.get("PATH", os.defpath),
        "FIREBASE_API_KEY": "local",
        "FFMPEG_DIR": ffmpeg_dir(),
        "WEBHOOK_ALLOW_LOOPBACK": "1",
        # Here every account is new.
        "NEW_ACCOUNTS_PERCENT": "100",
        # Short, for development.
        "WEBHOOK_RETRY_DELAYS_S": "1 2 4 8 16",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        # As in the cloud: otherwise the developer's own passwords replace the tokens of Google's clients.
        "NETRC": os.devnull,
        # Otherwise the storage client requests the bucket's metadata once, even with tracing off.
        "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA": "true",
    }
    limits = {setting.name: os.environ[setting.name] for setting in SETTINGS if setting.name in os.environ}
    return defaults | limits | dict(wiring) | dict(client)


def api_spec(settings: Settings, environment: Mapping[str, str], port: int) -> ServiceSpec:
    """One instance on a port of its own, reached directly, open to everybody."""
    return _spec(
        settings, "api", "http", environment, port=port, min_instances=1, concurrency=HTTP_CONCURRENCY
    )


def notify_spec(settings: Settings, environment: Mapping[str, str]) -> ServiceSpec:
    """Private: the front end lets only the invoker through."""
    return _spec(
        settings,
        "notify",
        "http",
        environment,
        min_instances=1,
        concurrency=HTTP_CONCURRENCY,
        invokers=frozenset({environment["NOTIFY_INVOKER"]}),
    )


def convert_spec(settings: Settings, environment: Mapping[str, str]) -> ServiceSpec:
    """One event at a time for each instance, instances on demand."""
    return _spec(
        settings,
        "convert",
        "cloudevent",
        environment,
        max_instances=settings.instances,
        concurrency=1,
        idle_s=settings.idle_s,
        request_timeout_s=EVENT_TIMEOUT_S,
    )


def queued_spec(settings: Settings, environment: Mapping[str, str]) -> ServiceSpec:
    """The bundle of convert again, for the calls of the queues: one at a time, instances on demand."""
    return _spec(
        settings,
        "convert",
        "http",
        environment,
        target="convert_queued",
        max_instances=settings.queued_instances or max(2, settings.instances),
        concurrency=1,
        idle_s=settings.idle_s,
        request_timeout_s=QUEUED_TIMEOUT_S,
        invokers=frozenset({environment["NOTIFY_INVOKER"]}),
    )


def _spec(
    settings: Settings,
    name: str,
    signature: str,
    environment: Mapping[str, str],
    *,
    target: str = "",
    **more: object,
) -> ServiceSpec:
    framework = str(Path(sys.executable).with_name("functions-framework"))
    source = str(settings.build / name / "main.py")
    arguments = ("--source", source, "--target", target or name, "--signature-type", signature)
    # As deploy.sh sets it: by default functions-framework starts four threads for each CPU and no more.
    threads = {"THREADS": str(HTTP_CONCURRENCY)} if more.get("concurrency") == HTTP_CONCURRENCY else {}
    return ServiceSpec(
        name=(target or name).replace("_", "-"),
        argv=(framework, *arguments, "--host", HOST, "--port", PORT),
        cwd=settings.build / name,
        env={**environment, **threads},
        grace_s=GRACE_S,
        **({"request_timeout_s": HTTP_TIMEOUT_S} | more),  # type: ignore[arg-type]  # the spec's own fields
    )
