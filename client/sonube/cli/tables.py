"""Tasks, formats, presets and options as tables for the terminal."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sonube.task import Task

ID_WIDTH = 22
# Without a terminal every row is one line, for `grep`.
ENDLESS = 1000
# Narrower terminals show one task below the other.
WIDE = 60


def show(*tables: Table) -> None:
    """Print the tables with an empty line between them."""
    console = _console()
    for number, table in enumerate(tables):
        console.print(*([""] if number else []), table, sep="\n")


def task_table(tasks: Iterable[Task]) -> Table:
    """Tasks, with local times; ids are never truncated, because `get` and `rm` need them.

    In a narrow terminal, a task has several lines.
    """
    is_narrow = _console().width < WIDE
    headings = () if is_narrow else ("file", "to", "state", Column("created", no_wrap=True))
    table = Table(
        Column("id", no_wrap=not is_narrow, min_width=ID_WIDTH),
        *headings,
        box=None,
        show_header=not is_narrow,
    )
    for task in tasks:
        cells = _cells(task)
        if is_narrow:
            name, formats, state, created = cells[1:]
            cells = [f"{cells[0]}\n  {name}\n  {formats}, {state}\n  {created}"]
        table.add_row(*cells)
    return table


def _cells(task: Task) -> list[str]:
    formats = " ".join(output.format for output in task.outputs)
    state = f"{task.state} {task.error.code}" if task.error else task.state
    created = datetime.fromisoformat(task.created_at).astimezone()
    return [task.id, escape(task.filename), formats, state, f"{created:%Y-%m-%d %H:%M}"]


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else ENDLESS)


def format_table(listed: Mapping[str, Any]) -> Table:
    """Every output format."""
    table = Table("format", "codec", "default", box=None)
    for entry in listed["formats"]:
        usual = entry["defaults"][-1:]
        table.add_row(entry["name"], entry["codec"], *map(_default, usual) if usual else ["lossless"])
    return table


def default_table(listed: Mapping[str, Any], name: str) -> Table:
    """What outputs of one format get without `bitRateKbps` and `quality`, by sample rate."""
    table = Table("up to", "default", box=None)
    for entry in listed["formats"]:
        for row in entry["defaults"] if entry["name"] == name else ():
            table.add_row(f"{row['upToHz']} Hz", _default(row))
    return table


def _default(row: Mapping[str, Any]) -> str:
    if "quality" in row:
        return f"quality {row['quality']:g}"
    return f"{row['stereoKbps']} kbit/s stereo, {row['monoKbps']} mono"


def preset_table(listed: Mapping[str, Any]) -> Table:
    """Every preset."""
    table = Table("preset", "format", "meaning", box=None)
    for entry in listed["presets"]:
        table.add_row(entry["name"], entry["format"], entry["description"])
    return table


def option_table(listed: Mapping[str, Any], name: str) -> Table:
    """The options of one format.

    Raises:
        SonubeError: unknown format; the message lists the valid ones.
    """
    entries = {entry["name"]: entry for entry in listed["formats"]}
    if name not in entries:
        raise SonubeError("unknown_format", f"{name} is not an output format. Valid: {', '.join(entries)}.")
    table = Table("option", "values", "meaning", box=None)
    for option, bound in entries[name]["options"].items():
        table.add_row(option, _range(bound), bound["description"])
    return table


def usage_table(found: Mapping[str, Any]) -> Table:
    """This month's numbers, one a line."""
    table = Table("month", found["month"], box=None)
    table.add_row("tasks", str(found["tasks"]))
    table.add_row("audio", f"{found['audioMinutes']:.1f} min")
    for name in ("stored", "fetched"):
        table.add_row(name, f"{found[f'{name}Bytes'] / 1e6:.1f} MB")
    table.add_row("cost", f"{found['costUsd']:.4f} USD of {found['capUsd']:g} USD")
    table.add_row("renewed", found["renewsAt"][:10])
    return table


def _range(bound: Mapping[str, Any]) -> str:
    if "values" in bound:
        return " ".join(str(value) for value in bound["values"])
    if "minimum" not in bound:
        return "true false" if bound["type"] == "boolean" else str(bound["type"])
    return f"{bound['minimum']:g} … {bound['maximum']:g} {bound.get('unit', '')}".rstrip()
