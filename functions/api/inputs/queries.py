"""Query parameters as typed values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.states import State
from shared.ports.tasks import TaskQuery

from .fields import FILE_QUERY, TASK_QUERY, TASK_VIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.ports.accounts import Caller


class FileChoice(NamedTuple):
    """One of a task's files.

    Attributes:
        kind: one of `FILES`.
        output: index of the output, for the kind `converted`.
    """

    kind: str
    output: int


def parse_task_query(parameters: Mapping[str, str], caller: Caller) -> TaskQuery:
    """Which of the caller's tasks to list; `max` is the original system's name for `pageSize`.

    Raises:
        InvalidField: names the invalid parameter and what is valid.
    """
    values = TASK_QUERY.parse_texts(parameters)
    return TaskQuery(
        owner=caller.uid,
        newest_first=values["order"] == 1,
        size=values["pageSize" if "pageSize" in parameters else "max"],
        state=State(values["state"]) if values["state"] else None,
        token=values["pageToken"] or None,
    )


def asks_for_upload(parameters: Mapping[str, str]) -> bool:
    """Whether the client wants to know if the file of a waiting task is there.

    Raises:
        InvalidField: names the invalid parameter and what is valid.
    """
    return TASK_VIEW.parse_texts(parameters)["upload"] is not None


def parse_file_choice(parameters: Mapping[str, str]) -> FileChoice:
    """Which of a task's files to download.

    Raises:
        InvalidField: names the invalid parameter and what is valid.
    """
    values = FILE_QUERY.parse_texts(parameters)
    return FileChoice(values["file"], values["output"])
