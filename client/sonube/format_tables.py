"""What a service can make, as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from sonube.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Mapping


def format_table(listed: Mapping[str, Any]) -> Table:
    """Every output format."""
    table = Table("format", "codec", "lossless", box=None)
    for entry in listed["formats"]:
        table.add_row(entry["name"], entry["codec"], "yes" if entry["lossless"] else "")
    return table


def preset_table(listed: Mapping[str, Any]) -> Table:
    """Every preset."""
    table = Table("preset", "format", "meaning", box=None)
    for entry in listed["presets"]:
        table.add_row(entry["name"], entry["format"], entry["description"])
    return table


def option_table(listed: Mapping[str, Any], name: str) -> Table:
    """The options of one format.

    Raises:
        SonubeError: there is no such format; names those that there are.
    """
    entries = {entry["name"]: entry for entry in listed["formats"]}
    if name not in entries:
        raise SonubeError("unknown_format", f"{name} is not an output format. Valid: {', '.join(entries)}.")
    table = Table("option", "values", "meaning", box=None)
    for option, bound in entries[name]["options"].items():
        table.add_row(option, _range(bound), bound["description"])
    return table


def _range(bound: Mapping[str, Any]) -> str:
    if "values" in bound:
        return " ".join(str(value) for value in bound["values"])
    if "minimum" not in bound:
        return "true false" if bound["type"] == "boolean" else str(bound["type"])
    return f"{bound['minimum']:g} … {bound['maximum']:g} {bound.get('unit', '')}".rstrip()
