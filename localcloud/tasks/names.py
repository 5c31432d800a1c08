"""Names of queues and tasks: `projects/P/locations/L/queues/Q/tasks/T`."""

from __future__ import annotations

import re

from localcloud.tasks.errors import invalid

LOCATION = re.compile(r"projects/[A-Za-z0-9:.-]+/locations/[A-Za-z0-9-]+")
QUEUE = re.compile(LOCATION.pattern + r"/queues/[A-Za-z0-9-]{1,100}")
TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,500}")


def location(name: str) -> str:
    """A location's name, checked."""
    if not LOCATION.fullmatch(name):
        raise invalid('Location name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>".')
    return name


def queue(name: str) -> str:
    """A queue's name, checked."""
    if not QUEUE.fullmatch(name):
        raise invalid(
            'Queue name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>".'
        )
    return name


def task(name: str) -> str:
    """A task's name, checked."""
    parent, separator, task_id = name.partition("/tasks/")
    if not separator or not QUEUE.fullmatch(parent):
        raise invalid(
            'Task name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>'
            '/tasks/<TASK_ID>".'
        )
    if not TASK_ID.fullmatch(task_id):
        raise invalid(
            f'Task ID "{task_id}" can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or '
            "underscores (_). Task ID must between 1 and 500 characters."
        )
    return name


def queue_of(task_name: str) -> str:
    """The queue part of a task's name."""
    return task_name.partition("/tasks/")[0]


def last_part(name: str) -> str:
    """The part after the last slash: the short name in the X-CloudTasks headers."""
    return name.rpartition("/")[2]
