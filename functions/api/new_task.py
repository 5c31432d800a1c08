"""What a client asks for when it creates a task: the raw JSON becomes typed values here, and only here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.errors import InvalidField
from shared.formats import Format, find_format
from shared.http import text_field
from shared.names import parse_filename
from shared.options import Options, parse_options

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_OUTPUTS = 5
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}", re.IGNORECASE)
WANTED_FIELDS = frozenset({"newFormat", "outputs", "options"})
FIELDS = WANTED_FIELDS | {"filename", "contentType", "webhook"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One output as it was asked for."""

    form: Format
    options: Options


@dataclass(frozen=True, slots=True)
class NewTask:
    """A creation request that makes sense.

    Attributes:
        webhook: the task's own receiver; whether it may be called is not looked at yet.
    """

    filename: str
    content_type: str
    wanted: tuple[Wanted, ...]
    webhook: str | None = None


def parse_new_task(body: Mapping[str, Any]) -> NewTask:
    """The request in the body of `POST /api/tasks`.

    Raises:
        InvalidField: names the field at fault and what is valid.
    """
    _check_known(body, FIELDS)
    filename = parse_filename(text_field(body, "filename"))
    return NewTask(filename, _content_type(body), parse_wanted(body), _webhook(body.get("webhook")))


def parse_retarget(body: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The outputs in the body of `PUT /api/tasks/{id}`.

    Raises:
        InvalidField: names the field at fault and what is valid.
    """
    _check_known(body, WANTED_FIELDS)
    return parse_wanted(body)


def parse_wanted(body: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The outputs: `newFormat` with `options`, or several in `outputs`.

    Raises:
        InvalidField: neither or both are given, or one of them is not valid.
    """
    if ("newFormat" in body) == ("outputs" in body):
        raise InvalidField("Give newFormat, or outputs for several.", field="newFormat")
    if "newFormat" in body:
        return (_wanted(text_field(body, "newFormat"), body.get("options"), "newFormat", "options"),)
    entries = body["outputs"]
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_OUTPUTS:
        raise InvalidField(f"outputs must be a list of 1 to {MAX_OUTPUTS}.", field="outputs")
    return tuple(_entry(entry, f"outputs[{n}]") for n, entry in enumerate(entries))


def _check_known(body: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        name = unknown[0][:40]
        raise InvalidField(f"{name!r} is not a field.", field=name, valid=sorted(known))


def _entry(entry: object, field: str) -> Wanted:
    if not isinstance(entry, dict):
        raise InvalidField(f"{field} must be an object with format and options.", field=field)
    name = entry.get("format")
    if not isinstance(name, str):
        raise InvalidField(f"{field}.format must be given, as text.", field=f"{field}.format")
    return _wanted(name, entry.get("options"), f"{field}.format", f"{field}.options")


def _wanted(name: str, options: object, format_field: str, options_field: str) -> Wanted:
    form = find_format(name, format_field)
    if options is not None and not isinstance(options, dict):
        raise InvalidField(f"{options_field} must be an object.", field=options_field)
    return Wanted(form, parse_options(options or {}, form, options_field))


def _content_type(body: Mapping[str, Any]) -> str:
    value = body.get("contentType", "application/octet-stream")
    if not isinstance(value, str) or not _CONTENT_TYPE.fullmatch(value):
        raise InvalidField("contentType must be a media type, such as audio/wav.", field="contentType")
    return value.lower()


def _webhook(value: object) -> str | None:
    """The URL, bare or as `{"url": …}`."""
    if isinstance(value, dict) and set(value) == {"url"}:
        value = value["url"]
    if value is not None and not isinstance(value, str):
        raise InvalidField("webhook must be a URL, as text, or an object with url.", field="webhook")
    return value
