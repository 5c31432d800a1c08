"""What may stand behind the question mark, parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import InvalidField
from shared.domain.states import State
from shared.ports.tasks import TaskQuery

if TYPE_CHECKING:
    from shared.ports.accounts import Caller
    from shared.web.http import Call

MAX_PAGE, DEFAULT_PAGE = 100, 20
FILES = ("converted", "original", "waveform")
MAX_OUTPUT = 99


def task_query(call: Call, caller: Caller) -> TaskQuery:
    """Which of the caller's tasks are asked for; `max` is the original system's name for `pageSize`."""
    most = whole(call, "max", DEFAULT_PAGE, 1, MAX_PAGE)
    return TaskQuery(
        owner=caller.uid,
        newest_first=whole(call, "order", 1, 0, 1) == 1,
        size=whole(call, "pageSize", most, 1, MAX_PAGE),
        state=State(choice(call, "state", "", tuple(State))) if "state" in call.request.args else None,
        token=call.request.args.get("pageToken") or None,
    )


def which_file(call: Call) -> tuple[str, int]:
    """One of `FILES`, and the number of the output, from 0."""
    return choice(call, "file", "converted", FILES), whole(call, "output", 0, 0, MAX_OUTPUT)


def choice(call: Call, name: str, default: str, valid: tuple[str, ...]) -> str:
    """A parameter that takes one of a list."""
    value = call.request.args.get(name, default)
    if value not in valid:
        raise InvalidField(f"{name} does not take {value[:40]!r}.", field=name, valid=valid)
    return value


def whole(call: Call, name: str, default: int, low: int, high: int) -> int:
    """A parameter that takes a whole number in a range."""
    value = call.request.args.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value[:9]) <= high:
        raise InvalidField(f"{name} must be a whole number from {low} to {high}.", field=name)
    return int(value[:9])
