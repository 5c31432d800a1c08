"""Converts values to and from Firestore's JSON API."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NANOSECOND_DIGITS = 9


def encoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, each value with its type."""
    return {name: encoded_value(value) for name, value in fields.items()}


def decoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values; times are cut to microseconds."""
    return {name: _decoded(value) for name, value in fields.items()}


def as_moment(text: str) -> datetime:
    """A time in RFC 3339."""
    return datetime.fromisoformat(text)


def as_revision(text: str) -> str:
    """A time in RFC 3339 with all nine digits of nanoseconds; Firestore omits trailing zeros."""
    second, _, fraction = text.removesuffix("Z").partition(".")
    return f"{second}.{fraction:0<{NANOSECOND_DIGITS}}Z"


def encoded_value(value: Any) -> dict[str, Any]:  # noqa: ANN401, PLR0911  # any value of a field; one line for each type
    """One value with its type.

    Raises:
        TypeError: Firestore has no such type, or we do not support it.
    """
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case bytes():
            return {"bytesValue": base64.b64encode(value).decode()}
        case datetime():
            return {"timestampValue": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case list() | tuple():
            return {"arrayValue": {"values": [encoded_value(entry) for entry in value]}}
        case dict():
            return {"mapValue": {"fields": encoded(value)}}
    raise TypeError(f"Values of type {type(value).__name__} cannot be stored in Firestore.")


def _decoded(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401, PLR0911  # as above
    ((kind, value),) = typed.items()
    match kind:
        case "integerValue":
            return int(value)
        case "doubleValue":
            return float(value)
        case "timestampValue":
            return as_moment(value)
        case "bytesValue":
            return base64.b64decode(value)
        case "arrayValue":
            return [_decoded(entry) for entry in value.get("values", ())]
        case "mapValue":
            return decoded(value.get("fields", {}))
        case "stringValue" | "booleanValue" | "nullValue":
            return value
    raise TypeError(f"Firestore returned a {kind}, which is not supported.")
