"""The tasks of all queues in the database, and the names of those that were there not long ago."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from google.cloud import tasks_v2

from localcloud.tasks import names
from localcloud.tasks.errors import no_such_entity, task_existed, task_exists, task_gone
from localcloud.tasks.queued import NO_RESPONSE, Outcome, QueuedTask

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks_tasks (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    queue TEXT NOT NULL,
    task BLOB NOT NULL,
    due REAL NOT NULL,
    created REAL NOT NULL,
    running INTEGER NOT NULL DEFAULT 0,
    dispatches INTEGER NOT NULL DEFAULT 0,
    responses INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    first_dispatch REAL,
    last_schedule REAL,
    last_dispatch REAL,
    last_response REAL,
    last_code INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER,
    last_message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS tasks_due ON tasks_tasks (queue, running, due);
CREATE TABLE IF NOT EXISTS tasks_names_used (name TEXT PRIMARY KEY, until REAL NOT NULL);
"""

PLAIN_COLUMNS = [field.name for field in fields(QueuedTask) if field.name != "task"]


class Tasks:
    """All tasks.

    Args:
        database: where they are kept.
        reserved_s: for how long the name of a task that is done or deleted cannot be used again.
        now: seconds since 1970.
    """

    def __init__(self, database: Database, reserved_s: float, now: Callable[[], float]) -> None:
        self._database = database
        self._reserved_s = reserved_s
        self._now = now
        database.declare(SCHEMA)

    def add(self, task: tasks_v2.Task, queue: str) -> QueuedTask:
        """Put an accepted task into its queue; ALREADY_EXISTS if its name is in use or was until recently."""
        if self._database.row("SELECT 1 FROM tasks_tasks WHERE name = ?", [task.name]):
            raise task_exists()
        if self._recently_used(task.name):
            raise task_existed()
        self._database.write(
            "INSERT INTO tasks_tasks (name, queue, task, due, created) VALUES (?, ?, ?, ?, ?)",
            [
                task.name,
                queue,
                tasks_v2.Task.serialize(task),
                task.schedule_time.timestamp(),
                self._now(),
            ],
        )
        return self.get(task.name)

    def get(self, name: str) -> QueuedTask:
        """The task of that name, or NOT_FOUND."""
        row = self._database.row("SELECT * FROM tasks_tasks WHERE name = ?", [names.task(name)])
        if row is None:
            raise task_gone() if self._recently_used(name) else no_such_entity()
        return _queued(row)

    def page(self, queue: str, after: str, size: int) -> list[QueuedTask]:
        """Up to `size` tasks of a queue in the order of their names, after the name `after`."""
        rows = self._database.rows(
            "SELECT * FROM tasks_tasks WHERE queue = ? AND name > ? ORDER BY name LIMIT ?",
            [queue, after, size],
        )
        return [_queued(row) for row in rows]

    def due(self, queue: str, limit: int) -> list[QueuedTask]:
        """Up to `limit` tasks of a queue that wait and are due, the longest due first."""
        rows = self._database.rows(
            "SELECT * FROM tasks_tasks WHERE queue = ? AND running = 0 AND due <= ? ORDER BY due LIMIT ?",
            [queue, self._now(), limit],
        )
        return [_queued(row) for row in rows]

    def next_due(self, queue: str) -> float | None:
        """When the next waiting task of a queue is due, in seconds since 1970."""
        row = self._database.row(
            "SELECT MIN(due) AS due FROM tasks_tasks WHERE queue = ? AND running = 0", [queue]
        )
        return None if row is None else row["due"]

    def begin(self, queued: QueuedTask) -> QueuedTask:
        """Count an attempt that starts now and return the task with it."""
        now = self._now()
        self._database.write(
            "UPDATE tasks_tasks SET running = running + 1, dispatches = dispatches + 1, last_schedule = due,"
            " first_dispatch = COALESCE(first_dispatch, ?), last_dispatch = ?, last_response = NULL"
            " WHERE key = ?",
            [now, now, queued.key],
        )
        return self.get(queued.name)

    def finish(self, queued: QueuedTask) -> None:
        """Remove a task that is done, given up, deleted or purged, and reserve its name for a while."""
        with self._database.transaction():
            if self._database.write("DELETE FROM tasks_tasks WHERE key = ?", [queued.key]):
                self._database.write(
                    "INSERT OR REPLACE INTO tasks_names_used VALUES (?, ?)",
                    [queued.name, self._now() + self._reserved_s],
                )

    def retry(self, queued: QueuedTask, outcome: Outcome, due: float) -> None:
        """Put a failed task back; nothing happens if it has been deleted."""
        self._database.write(
            "UPDATE tasks_tasks SET running = MAX(0, running - 1), due = ?, responses = responses + ?,"
            " executions = executions + ?, last_response = ?, last_code = ?, last_status = ?,"
            " last_message = ? WHERE key = ?",
            [
                due,
                outcome.status != NO_RESPONSE,
                outcome.executed,
                self._now(),
                outcome.code.value[0],
                outcome.status,
                outcome.message,
                queued.key,
            ],
        )

    def release(self) -> None:
        """Let the tasks of a process that died be dispatched again, since their answers were lost."""
        self._database.write(
            "UPDATE tasks_tasks SET running = 0, last_status = ? WHERE running > 0", [NO_RESPONSE]
        )

    def purge(self, queue: str) -> None:
        """Remove all tasks of a queue."""
        with self._database.transaction():
            for row in self._database.rows("SELECT * FROM tasks_tasks WHERE queue = ?", [queue]):
                self.finish(_queued(row))

    def expire(self, created_before: float) -> None:
        """Remove tasks that are too old, and forget the names that may be used again."""
        with self._database.transaction():
            for row in self._database.rows("SELECT * FROM tasks_tasks WHERE created < ?", [created_before]):
                self.finish(_queued(row))
            self._database.write("DELETE FROM tasks_names_used WHERE until <= ?", [self._now()])

    def _recently_used(self, name: str) -> bool:
        return bool(
            self._database.row(
                "SELECT 1 FROM tasks_names_used WHERE name = ? AND until > ?", [name, self._now()]
            )
        )


def _queued(row: sqlite3.Row) -> QueuedTask:
    plain = {name: row[name] for name in PLAIN_COLUMNS}
    return QueuedTask(task=tasks_v2.Task.deserialize(row["task"]), **plain)
