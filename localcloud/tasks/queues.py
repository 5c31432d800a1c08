"""Queues: their configuration, checked and completed with Cloud Tasks' defaults, in the database."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from google.cloud import tasks_v2

from localcloud.tasks import names
from localcloud.tasks.errors import (
    invalid,
    no_such_entity,
    no_such_queue,
    not_implemented,
    queue_existed,
    queue_exists,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks_queues (name TEXT PRIMARY KEY, queue BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tasks_deleted_queues (name TEXT PRIMARY KEY, until REAL NOT NULL);
"""

RUNNING = tasks_v2.Queue.State(tasks_v2.Queue.State.RUNNING)
PAUSED = tasks_v2.Queue.State(tasks_v2.Queue.State.PAUSED)

RATE_DEFAULT = RATE_MAX = 500.0
CONCURRENT_DEFAULT, CONCURRENT_MAX = 1000, 5000
ATTEMPTS_DEFAULT, DOUBLINGS_DEFAULT = 100, 16
MIN_BACKOFF_DEFAULT, MAX_BACKOFF_DEFAULT = timedelta(seconds=0.1), timedelta(hours=1)
# The service chooses the bucket's size by itself; new queues show 100 at the default rate.
BURST_MIN, BURST_MAX = 10, 100
PAGE_SIZE_MAX = 9800


class Queues:
    """All queues.

    Args:
        database: where they are kept.
        reserved_s: for how long the name of a deleted queue cannot be used again.
        now: seconds since 1970.
    """

    def __init__(self, database: Database, reserved_s: float, now: Callable[[], float]) -> None:
        self._database = database
        self._reserved_s = reserved_s
        self._now = now
        database.declare(SCHEMA)

    def get(self, name: str) -> tasks_v2.Queue:
        """The queue of that name, or NOT_FOUND."""
        row = self._database.row("SELECT queue FROM tasks_queues WHERE name = ?", [names.queue(name)])
        if row is None:
            raise no_such_queue()
        queue: tasks_v2.Queue = tasks_v2.Queue.deserialize(row["queue"])
        return queue

    def all(self) -> list[tasks_v2.Queue]:
        """Every queue, by name."""
        rows = self._database.rows("SELECT queue FROM tasks_queues ORDER BY name")
        return [tasks_v2.Queue.deserialize(row["queue"]) for row in rows]

    def page(self, parent: str, after: str, size: int) -> list[tasks_v2.Queue]:
        """Up to `size` queues of a location in the order of their names, after the name `after`."""
        prefix = names.location(parent) + "/queues/"
        rows = self._database.rows(
            "SELECT queue FROM tasks_queues WHERE name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?",
            [after, len(prefix), prefix, size],
        )
        return [tasks_v2.Queue.deserialize(row["queue"]) for row in rows]

    def create(self, parent: str, queue: tasks_v2.Queue) -> tasks_v2.Queue:
        """Store a new queue, running.

        Raises:
            StatusError: the configuration is impossible, the queue exists, or existed until not long ago.
        """
        if names.queue(queue.name).rpartition("/queues/")[0] != names.location(parent):
            raise invalid(f"The queue {queue.name} is not in {parent}.")
        if self._database.row("SELECT 1 FROM tasks_queues WHERE name = ?", [queue.name]):
            raise queue_exists()
        if self._database.row(
            "SELECT 1 FROM tasks_deleted_queues WHERE name = ? AND until > ?", [queue.name, self._now()]
        ):
            raise queue_existed()
        fresh = completed(queue)
        fresh.state = RUNNING
        return self.save(fresh)

    def update(self, request: tasks_v2.UpdateQueueRequest) -> tasks_v2.Queue:
        """Change the fields that the mask names, or all; a queue that does not exist is created."""
        queue, mask = request.queue, request.update_mask
        row = self._database.row("SELECT queue FROM tasks_queues WHERE name = ?", [names.queue(queue.name)])
        if row is None:
            return self.create(queue.name.rpartition("/queues/")[0], queue)
        stored = tasks_v2.Queue.deserialize(row["queue"])
        changed = tasks_v2.Queue(stored)
        if not mask.paths:
            mask.paths.extend(["rate_limits", "retry_config"])
        try:
            mask.MergeMessage(tasks_v2.Queue.pb(queue), tasks_v2.Queue.pb(changed), True)  # noqa: FBT003  # replace
        except (ValueError, KeyError) as error:
            raise invalid(f"Invalid update mask: {error}") from error
        changed.name, changed.state, changed.purge_time = stored.name, stored.state, stored.purge_time
        return self.save(completed(changed))

    def save(self, queue: tasks_v2.Queue) -> tasks_v2.Queue:
        """Store a queue as it is."""
        self._database.write(
            "INSERT OR REPLACE INTO tasks_queues VALUES (?, ?)", [queue.name, tasks_v2.Queue.serialize(queue)]
        )
        return queue

    def delete(self, name: str) -> None:
        """Remove a queue and reserve its name for a while; NOT_FOUND if there is none."""
        with self._database.transaction():
            if not self._database.write("DELETE FROM tasks_queues WHERE name = ?", [names.queue(name)]):
                raise no_such_entity()
            self._database.write(
                "INSERT OR REPLACE INTO tasks_deleted_queues VALUES (?, ?)",
                [name, self._now() + self._reserved_s],
            )


def completed(queue: tasks_v2.Queue) -> tasks_v2.Queue:
    """The queue with every unset figure at its default, or INVALID_ARGUMENT."""
    for field in ("app_engine_routing_override", "http_target"):
        if field in queue:
            raise not_implemented(f"queues with {field}")
    fresh = tasks_v2.Queue(queue)
    _complete_rates(fresh.rate_limits)
    check_retries(fresh.retry_config)
    _complete_retries(fresh.retry_config)
    if fresh.retry_config.min_backoff > fresh.retry_config.max_backoff:
        raise invalid("RetryConfig.minBackoff must be less than or equal to RetryConfig.maxBackoff.")
    return fresh


def check_retries(config: tasks_v2.RetryConfig) -> None:
    """INVALID_ARGUMENT for figures that no retry configuration may have."""
    if config.max_attempts < -1:
        raise invalid("RetryConfig.maxAttempts must be greater or equal to -1.")
    if config.max_doublings < 0:
        raise invalid("RetryConfig.maxDoublings cannot be negative.")
    for spelling, duration in (
        ("minBackoff", config.min_backoff),
        ("maxBackoff", config.max_backoff),
        ("maxRetryDuration", config.max_retry_duration),
    ):
        if duration < timedelta(0):
            raise invalid(f"RetryConfig.{spelling} cannot be negative.")


def _complete_rates(limits: tasks_v2.RateLimits) -> None:
    if limits.max_dispatches_per_second < 0:
        raise invalid("RateLimits.maxDispatchesPerSecond cannot be negative.")
    if limits.max_dispatches_per_second > RATE_MAX:
        raise invalid("RateLimits.maxDispatchesPerSecond must be less than or equal to 500.")
    if limits.max_concurrent_dispatches < 0:
        raise invalid("RateLimits.maxConcurrentDispatches cannot be negative.")
    if limits.max_concurrent_dispatches > CONCURRENT_MAX:
        raise invalid("RateLimits.maxConcurrentDispatches must be less than or equal to 5000.")
    limits.max_dispatches_per_second = limits.max_dispatches_per_second or RATE_DEFAULT
    limits.max_concurrent_dispatches = limits.max_concurrent_dispatches or CONCURRENT_DEFAULT
    limits.max_burst_size = min(BURST_MAX, max(BURST_MIN, math.ceil(limits.max_dispatches_per_second)))


def _complete_retries(config: tasks_v2.RetryConfig) -> None:
    config.max_attempts = config.max_attempts or ATTEMPTS_DEFAULT
    config.max_doublings = config.max_doublings or DOUBLINGS_DEFAULT
    config.min_backoff = config.min_backoff or MIN_BACKOFF_DEFAULT
    config.max_backoff = config.max_backoff or MAX_BACKOFF_DEFAULT
