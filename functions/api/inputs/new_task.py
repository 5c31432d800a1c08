"""What a client asks for when it creates a task: the raw JSON becomes typed values here, and only here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS, Format, find_format
from shared.domain.names import parse_filename
from shared.domain.options import Options, parse_options
from shared.domain.presets import find_preset, merged
from shared.web.http import text_field

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_OUTPUTS = 5
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}", re.IGNORECASE)
ENTRY_FIELDS = frozenset({"format", "preset", "options"})
ONE_FIELDS = frozenset({"newFormat", "preset", "options"})
WANTED_FIELDS = ONE_FIELDS | {"outputs"}
FIELDS = WANTED_FIELDS | {"filename", "contentType", "webhook", "sizeBytes", "durationS"}
# Up to here every reader of JSON agrees on whole numbers (RFC 8259, 6).
MAX_WHOLE = 2**53 - 1


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
        size_bytes: of the file, if the client says so; one that is too large is refused before it is sent.
        duration_s: in the same way.
    """

    filename: str
    content_type: str
    wanted: tuple[Wanted, ...]
    webhook: str | None = None
    size_bytes: int | None = None
    duration_s: float | None = None


def parse_new_task(body: Mapping[str, Any]) -> NewTask:
    """The request in the body of `POST /api/tasks`.

    Raises:
        InvalidField: names the field at fault and what is valid.
    """
    _check_known(body, FIELDS)
    filename = parse_filename(text_field(body, "filename"))
    return NewTask(
        filename,
        _content_type(body),
        parse_wanted(body),
        _webhook(body.get("webhook")),
        _size(body.get("sizeBytes")),
        _duration(body.get("durationS")),
    )


def parse_retarget(body: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The outputs in the body of `PUT /api/tasks/{id}`.

    Raises:
        InvalidField: names the field at fault and what is valid.
    """
    _check_known(body, WANTED_FIELDS)
    return parse_wanted(body)


def parse_wanted(body: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The outputs: one by `newFormat`, `preset` and `options`, or several in `outputs`.

    Raises:
        InvalidField: neither or both are given, or one of them is not valid.
    """
    if not ONE_FIELDS & set(body):
        if "outputs" not in body:
            raise InvalidField("Give newFormat or preset, or outputs for several.", field="newFormat")
        return _several(body["outputs"])
    if "outputs" in body:
        raise InvalidField("Give outputs, or newFormat, preset and options, not both.", field="outputs")
    return (_one(body, "newFormat", ""),)


def _several(entries: object) -> tuple[Wanted, ...]:
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_OUTPUTS:
        raise InvalidField(f"outputs must be a list of 1 to {MAX_OUTPUTS}.", field="outputs")
    return tuple(_entry(entry, f"outputs[{n}]") for n, entry in enumerate(entries))


def _check_known(raw: Mapping[str, Any], known: frozenset[str], prefix: str = "") -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        name = prefix + unknown[0][:40]
        raise InvalidField(f"{name!r} is not a field.", field=name, valid=sorted(known))


def _entry(entry: object, field: str) -> Wanted:
    if not isinstance(entry, dict):
        raise InvalidField(f"{field} must be an object with format, preset or both.", field=field)
    _check_known(entry, ENTRY_FIELDS, f"{field}.")
    return _one(entry, "format", f"{field}.")


def _one(raw: Mapping[str, Any], format_name: str, prefix: str) -> Wanted:
    """One output; a preset brings its own format and options, and what is given beside it wins."""
    name, occasion = _text_or_none(raw, format_name, prefix), _text_or_none(raw, "preset", prefix)
    field = prefix + format_name
    if occasion is None:
        if name is None:
            raise InvalidField(f"Give {field}, a preset, or both.", field=field, valid=sorted(FORMATS))
        form = find_format(name, field)
        return Wanted(form, _options(raw, form, prefix))
    preset = find_preset(occasion, f"{prefix}preset")
    form = FORMATS[preset.format] if name is None else find_format(name, field)
    return Wanted(form, merged(preset, _options(raw, form, prefix), form))


def _options(raw: Mapping[str, Any], form: Format, prefix: str) -> Options:
    field, value = f"{prefix}options", raw.get("options")
    if value is not None and not isinstance(value, dict):
        raise InvalidField(f"{field} must be an object.", field=field)
    return parse_options(value or {}, form, field)


def _text_or_none(raw: Mapping[str, Any], name: str, prefix: str) -> str | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidField(f"{prefix}{name} must be text.", field=prefix + name)
    return value


def _content_type(body: Mapping[str, Any]) -> str:
    value = body.get("contentType", "application/octet-stream")
    if not isinstance(value, str) or not _CONTENT_TYPE.fullmatch(value):
        raise InvalidField("contentType must be a media type, such as audio/wav.", field="contentType")
    return value.lower()


def _size(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_WHOLE:
        raise InvalidField("sizeBytes must be a whole number of bytes.", field="sizeBytes")
    return value


def _duration(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= MAX_WHOLE:
        raise InvalidField("durationS must be a number of seconds.", field="durationS")
    return float(value)


def _webhook(value: object) -> str | None:
    """The URL, bare or as `{"url": …}`."""
    if isinstance(value, dict) and set(value) == {"url"}:
        value = value["url"]
    if value is not None and not isinstance(value, str):
        raise InvalidField("webhook must be a URL, as text, or an object with url.", field="webhook")
    return value
