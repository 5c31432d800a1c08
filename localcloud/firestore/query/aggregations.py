"""count, sum and avg over a query's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.engine.transforms import INT64_MAX, INT64_MIN
from localcloud.firestore.model.errors import invalid
from localcloud.firestore.model.messages import Value
from localcloud.firestore.model.value_order import is_number, number_of
from localcloud.firestore.query.filters import value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localcloud.firestore.model.messages import Document, Message


def field_of(aggregation: Message) -> str | None:
    """The field that a sum or an average is of; None for a count."""
    kind = aggregation.WhichOneof("operator")
    if kind is None:
        raise invalid("An aggregation has no operator.")
    path: str = getattr(aggregation, kind).field.field_path if kind != "count" else ""
    return path or None


def aggregated(aggregations: Iterable[Message], found: Sequence[Document]) -> dict[str, Value]:
    """Each aggregation's value by its alias.

    A document counts for none of them unless it has the fields of all, as the service documents.
    """
    wanted = list(aggregations)
    fields = [path for one in wanted if (path := field_of(one)) is not None]
    complete = [one for one in found if all(value_at(one, path) is not None for path in fields)]
    return {one.alias or f"field_{index}": _value(one, complete) for index, one in enumerate(wanted, start=1)}


def _value(aggregation: Message, found: Sequence[Document]) -> Value:
    path = field_of(aggregation)
    if path is None:
        limit = aggregation.count.up_to.value if aggregation.count.HasField("up_to") else len(found)
        return Value(integer_value=min(limit, len(found)))
    values = (value_at(document, path) for document in found)
    numbers = [number_of(value) for value in values if value is not None and is_number(value)]
    if aggregation.WhichOneof("operator") == "sum":
        return _sum_value(sum(numbers))
    return Value(double_value=sum(numbers) / len(numbers)) if numbers else Value(null_value=0)


def _sum_value(total: float) -> Value:
    """An integer sum beyond 64 bits becomes a double."""
    if isinstance(total, int) and INT64_MIN <= total <= INT64_MAX:
        return Value(integer_value=total)
    return Value(double_value=float(total))
