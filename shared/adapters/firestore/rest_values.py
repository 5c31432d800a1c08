"""Values as Firestore's JSON API writes them, and back."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NANOSECOND_DIGITS = 9


def encoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Every field with the type of its value."""
    return {name: encoded_value(value) for name, value in fields.items()}


def decoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values; of times what is shorter than a microsecond is cut off."""
    return {name: _decoded(value) for name, value in fields.items()}


def as_moment(text: str) -> datetime:
    """A time of RFC 3339."""
    return datetime.fromisoformat(text)


def as_revision(text: str) -> str:
    """A time of RFC 3339 with all of its nanoseconds: Firestore leaves zeros out."""
    second, _, fraction = text.removesuffix("Z").partition(".")
    return f"{second}.{fraction:0<{NANOSECOND_DIGITS}}Z"


def encoded_value(value: Any) -> dict[str, Any]:  # noqa: ANN401, PLR0911  # whatever a field holds, a line for each
    """One value with its type.

    Raises:
        TypeError: Firestore has no such type, or we do not use it.
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
    raise TypeError(f"Firestore keeps no {type(value).__name__}.")


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
    raise TypeError(f"Firestore gave a {kind}, which we do not write.")
