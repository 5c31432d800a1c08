"""Converts values to and from Firestore's JSON API."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def _decoded(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as above
    ((kind, value),) = typed.items()
    decode = _DECODERS.get(kind)
    if decode is None:
        raise TypeError(f"Firestore returned a {kind}, which is not supported.")
    return decode(value)


def _same(value: Any) -> Any:  # noqa: ANN401  # as above
    return value


def _array(value: Mapping[str, Any]) -> list[Any]:
    return [_decoded(entry) for entry in value.get("values", ())]


def _map(value: Mapping[str, Any]) -> dict[str, Any]:
    return decoded(value.get("fields", {}))


# A table, because a list of tasks has a thousand values.
_DECODERS: dict[str, Callable[[Any], Any]] = {
    "stringValue": _same,
    "booleanValue": _same,
    "nullValue": _same,
    "integerValue": int,
    "doubleValue": float,
    "timestampValue": as_moment,
    "bytesValue": base64.b64decode,
    "arrayValue": _array,
    "mapValue": _map,
}
