"""What `deploy.sh` creates in the cloud, created here over the same wire: the bucket and the queues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import grpc.aio
from google.api_core import exceptions as google_errors
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcAsyncIOTransport
from google.protobuf.duration_pb2 import Duration  # type: ignore[import-untyped]  # no stubs are published

if TYPE_CHECKING:
    from localcloud.settings import Settings

CORS_FILE = Path(__file__).resolve().parents[2] / "deploy" / "cors.json"
TIMEOUT_S = 10.0


def queue_path(settings: Settings, name: str) -> str:
    """Full name of a queue: `notify` tells notify, `webhooks` has it deliver, `long` and `bulk` convert."""
    return f"projects/{settings.project}/locations/{settings.location}/queues/{name}"


async def create_bucket(settings: Settings, storage_url: str) -> None:
    """The bucket, with the CORS rules that let a browser upload; one that exists is kept."""
    cors = json.loads(CORS_FILE.read_text())
    body = {"name": settings.bucket, "location": settings.location, "cors": cors}
    url = f"{storage_url}/storage/v1/b?project={settings.project}"
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=body) as answer:
        if answer.status not in {200, 409}:
            raise RuntimeError(f"The bucket could not be created: {await answer.text()}")


async def create_queue(settings: Settings, name: str, address: str, concurrency: int = 0) -> None:
    """Create a queue with short retry intervals, for development; one that exists is kept.

    Args:
        settings: of the cloud.
        name: of the queue.
        address: of Cloud Tasks.
        concurrency: most calls at a time; 0 for Cloud Tasks' default.
    """
    # As many attempts as for events, which outlast the lease of an instance that was killed.
    retry = tasks_v2.RetryConfig(
        max_attempts=100, min_backoff=Duration(nanos=200_000_000), max_backoff=Duration(seconds=5)
    )
    limits = tasks_v2.RateLimits(max_concurrent_dispatches=concurrency)
    queue = tasks_v2.Queue(name=queue_path(settings, name), retry_config=retry, rate_limits=limits)
    async with grpc.aio.insecure_channel(address) as channel:
        client = tasks_v2.CloudTasksAsyncClient(transport=CloudTasksGrpcAsyncIOTransport(channel=channel))
        parent = queue.name.rpartition("/queues/")[0]
        try:
            await client.create_queue(parent=parent, queue=queue, timeout=TIMEOUT_S)
        except google_errors.AlreadyExists:
            return
