"""Task ids as arguments: an id may begin with a dash, and everything else that does is an option."""

from __future__ import annotations

import re
from typing import Any

import click

# Ids have at least this many characters, and no option has as many.
_ID_WITH_DASH = re.compile(r"-[A-Za-z0-9_-]{19,63}")
# Marks an id for click, which would take it for options; no argument of a command line can hold a NUL.
_MARK = "\0"


class TaskCommand(click.Command):
    """A command whose arguments are task ids; options are recognised wherever they stand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with ids protected from the option parser."""
        return super().parse_args(ctx, [_MARK + a if _ID_WITH_DASH.fullmatch(a) else a for a in args])


class _TaskId(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.2
    name = "task"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401, ARG002  # click's own signature
        return str(value).removeprefix(_MARK)


TASKS = click.argument("task_ids", nargs=-1, required=True, metavar="TASK...", type=_TaskId())
