"""What of a query decides its order and its indexes: the fields it compares and the fields it sorts by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from google.cloud.firestore_v1.types import StructuredQuery as Types

from localcloud.firestore.model.field_paths import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.firestore.model.messages import Message, StructuredQuery

Operator = Types.FieldFilter.Operator
UnaryOperator = Types.UnaryFilter.Operator
And = Types.CompositeFilter.Operator.AND
Or = Types.CompositeFilter.Operator.OR
DESCENDING = Types.Direction.DESCENDING

INEQUALITIES = frozenset(
    {
        Operator.LESS_THAN,
        Operator.LESS_THAN_OR_EQUAL,
        Operator.GREATER_THAN,
        Operator.GREATER_THAN_OR_EQUAL,
        Operator.NOT_EQUAL,
        Operator.NOT_IN,
    }
)
UNARY_INEQUALITIES = frozenset({UnaryOperator.IS_NOT_NAN, UnaryOperator.IS_NOT_NULL})
ARRAY_OPERATORS = frozenset({Operator.ARRAY_CONTAINS, Operator.ARRAY_CONTAINS_ANY})


class Order(NamedTuple):
    """One field of a sort order."""

    path: str
    descending: bool


def leaves(where: Message) -> Iterator[Message]:
    """The field and unary filters in a filter."""
    kind = where.WhichOneof("filter_type")
    if kind == "composite_filter":
        for part in where.composite_filter.filters:
            yield from leaves(part)
    elif kind is not None:
        yield getattr(where, kind)


def disjuncts(where: Message) -> list[list[Message]]:
    """The filter as a disjunction of conjunctions of leaves; no filter is one empty conjunction."""
    kind = where.WhichOneof("filter_type")
    if kind is None:
        return [[]]
    if kind != "composite_filter":
        return [[getattr(where, kind)]]
    parts = [disjuncts(part) for part in where.composite_filter.filters]
    if where.composite_filter.op == Or:
        return [conjunction for part in parts for conjunction in part]
    combined: list[list[Message]] = [[]]
    for part in parts:
        combined = [[*one, *other] for one in combined for other in part]
    return combined


def has_or(where: Message) -> bool:
    """Whether an OR is anywhere in the filter."""
    if where.WhichOneof("filter_type") != "composite_filter":
        return False
    return where.composite_filter.op == Or or any(has_or(part) for part in where.composite_filter.filters)


def is_unary(leaf: Message) -> bool:
    """Whether a leaf is a unary filter."""
    name: str = leaf.DESCRIPTOR.name
    return name == "UnaryFilter"


def is_inequality(leaf: Message) -> bool:
    """Whether the leaf's matches are a range of the field's index rather than a point."""
    return leaf.op in (UNARY_INEQUALITIES if is_unary(leaf) else INEQUALITIES)


def full_order(query: StructuredQuery) -> list[Order]:
    """The order asked for, then the compared fields that it lacks by name, then the document's name."""
    orders = [Order(order.field.field_path, order.direction == DESCENDING) for order in query.order_by]
    descending = orders[-1].descending if orders else False
    compared = {leaf.field.field_path for leaf in leaves(query.where) if is_inequality(leaf)}
    missing = sorted(compared - {order.path for order in orders} - {NAME})
    orders += [Order(path, descending) for path in missing]
    if NAME not in {order.path for order in orders}:
        orders.append(Order(NAME, descending))
    return orders
