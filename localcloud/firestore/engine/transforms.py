"""Field transforms: what the server computes while it writes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from localcloud.firestore.model.messages import Message, Value, timestamp
from localcloud.firestore.model.value_order import is_nan, is_number, number_of, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MILLI = 1000


def transformed(transform: Message, old: Value | None, now_micros: int) -> tuple[Value, Value]:
    """The field's new value, and what the write's result says of it.

    Args:
        transform: one FieldTransform.
        old: the field's value so far.
        now_micros: the commit's time; a server timestamp has milliseconds only, as the service documents.
    """
    kind = transform.WhichOneof("transform_type")
    if kind == "set_to_server_value":
        value = Value(timestamp_value=timestamp(now_micros // MILLI * MILLI))
    elif kind == "increment":
        value = _sum(old, transform.increment)
    elif kind == "maximum":
        value = _extreme(old, transform.maximum, largest=True)
    elif kind == "minimum":
        value = _extreme(old, transform.minimum, largest=False)
    else:
        value = _array(transform, old)
        return value, Value(null_value=0)
    return value, value


def number_value(number: float) -> Value:
    """An integer, kept within 64 bits, or a double."""
    if isinstance(number, int):
        return Value(integer_value=max(INT64_MIN, min(INT64_MAX, number)))
    return Value(double_value=number)


def _sum(old: Value | None, operand: Value) -> Value:
    if old is None or not is_number(old):
        return operand
    return number_value(number_of(old) + number_of(operand))


def _extreme(old: Value | None, operand: Value, *, largest: bool) -> Value:
    if old is None or not is_number(old):
        return operand
    if is_nan(old) or is_nan(operand):
        return Value(double_value=math.nan)
    first, second = sort_key(old), sort_key(operand)
    keeps = first >= second if largest else first <= second
    return old if keeps else operand


def _array(transform: Message, old: Value | None) -> Value:
    items = list(old.array_value.values) if old is not None else []
    if transform.WhichOneof("transform_type") == "append_missing_elements":
        items = _united(items, transform.append_missing_elements.values)
    else:
        gone = {sort_key(item) for item in transform.remove_all_from_array.values}
        items = [item for item in items if sort_key(item) not in gone]
    value = Value()
    value.array_value.SetInParent()
    value.array_value.values.extend(items)
    return value


def _united(items: list[Value], more: Iterable[Value]) -> list[Value]:
    known = {sort_key(item) for item in items}
    united = list(items)
    for item in more:
        if sort_key(item) not in known:
            known.add(sort_key(item))
            united.append(item)
    return united
