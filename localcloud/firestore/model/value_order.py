"""The order of Firestore's values: by type first, then within it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from localcloud.firestore.model.errors import not_implemented
from localcloud.firestore.model.names import name_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.firestore.model.messages import Value

# (rank of the type, what compares within it); the parts differ by type, and types never meet.
SortKey: TypeAlias = tuple[Any, ...]

NULL: SortKey = (0,)
REFERENCE_RANK = 6


def sort_key(value: Value) -> SortKey:
    """A tuple that compares and is equal as the value does.

    Raises:
        StatusError: UNIMPLEMENTED, a type that only pipelines know.
    """
    kind = value.WhichOneof("value_type")
    if kind is None:
        return NULL
    try:
        return _KEYS[kind](value)
    except KeyError:
        raise not_implemented(f"values of type {kind}") from None


def name_sort_key(name: str) -> SortKey:
    """What `sort_key` gives for a reference to that document."""
    return (REFERENCE_RANK, name_key(name))


def is_null(value: Value) -> bool:
    """Whether the value is null."""
    return value.WhichOneof("value_type") in (None, "null_value")


def is_nan(value: Value) -> bool:
    """Whether the value is a double that is no number."""
    kind: str | None = value.WhichOneof("value_type")
    number: float = value.double_value
    return kind == "double_value" and number != number  # noqa: PLR0124  # that is what NaN is


def is_number(value: Value | None) -> bool:
    """Whether the value is an integer or a double."""
    return value is not None and value.WhichOneof("value_type") in ("integer_value", "double_value")


def number_of(value: Value) -> int | float:
    """The number that an integer or double value holds."""
    number: int | float = getattr(value, value.WhichOneof("value_type"))
    return number


def _number_key(number: float) -> SortKey:
    return (2, 0, 0) if number != number else (2, 1, number)  # noqa: PLR0124  # NaN comes before every number


def _map_key(value: Value) -> SortKey:
    fields = value.map_value.fields
    if "__type__" in fields and fields["__type__"].string_value == "__vector__":
        numbers = fields["value"].array_value.values
        return (9, len(numbers), tuple(sort_key(number) for number in numbers))
    return (10, tuple((name, sort_key(fields[name])) for name in sorted(fields)))


_KEYS: dict[str, Callable[[Value], SortKey]] = {
    "null_value": lambda _: NULL,
    "boolean_value": lambda value: (1, value.boolean_value),
    "integer_value": lambda value: (2, 1, value.integer_value),
    "double_value": lambda value: _number_key(value.double_value),
    "timestamp_value": lambda value: (3, value.timestamp_value.seconds, value.timestamp_value.nanos),
    "string_value": lambda value: (4, value.string_value),
    "bytes_value": lambda value: (5, value.bytes_value),
    "reference_value": lambda value: name_sort_key(value.reference_value),
    "geo_point_value": lambda value: (7, value.geo_point_value.latitude, value.geo_point_value.longitude),
    "array_value": lambda value: (8, tuple(sort_key(item) for item in value.array_value.values)),
    "map_value": _map_key,
}
