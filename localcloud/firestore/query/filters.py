"""Whether a document passes a query's filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from localcloud.firestore.model.errors import invalid, not_implemented
from localcloud.firestore.model.field_paths import NAME, field_at, parsed
from localcloud.firestore.model.messages import Value
from localcloud.firestore.model.value_order import SortKey, is_nan, is_null, sort_key
from localcloud.firestore.query.shape import Operator, Or, UnaryOperator

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.firestore.model.messages import Document, Message

Predicate: TypeAlias = "Callable[[Document], bool]"


def predicate(where: Message) -> Predicate:
    """The filter as a function of a document.

    Raises:
        StatusError: UNIMPLEMENTED, an operator that is not here; INVALID_ARGUMENT, a field path.
    """
    kind = where.WhichOneof("filter_type")
    if kind is None:
        return lambda _: True
    if kind == "composite_filter":
        parts = [predicate(part) for part in where.composite_filter.filters]
        quantifier = any if where.composite_filter.op == Or else all
        return lambda document: quantifier(part(document) for part in parts)
    leaf = getattr(where, kind)
    path = leaf.field.field_path
    test = _unary_test(leaf.op) if kind == "unary_filter" else _field_test(leaf.op, leaf.value)

    def passes(document: Document) -> bool:
        value = value_at(document, path)
        return value is not None and test(value)

    return passes


def value_at(document: Document, path: str) -> Value | None:
    """A field's value, or for `__name__` the reference to the document."""
    if path == NAME:
        return Value(reference_value=document.name)
    return field_at(document.fields, parsed(path))


def _unary_test(op: int) -> Callable[[Value], bool]:
    tests: dict[int, Callable[[Value], bool]] = {
        UnaryOperator.IS_NAN: is_nan,
        UnaryOperator.IS_NULL: is_null,
        UnaryOperator.IS_NOT_NAN: lambda value: not is_nan(value) and not is_null(value),
        UnaryOperator.IS_NOT_NULL: lambda value: not is_null(value),
    }
    return _chosen(tests, op)


def _field_test(op: int, operand: Value) -> Callable[[Value], bool]:
    key = sort_key(operand)
    items = operand.array_value.values
    # In a list, null and NaN equal nothing; but a null keeps NOT_IN from matching anything.
    keys = {sort_key(item) for item in items if not is_null(item) and not is_nan(item)}
    has_null = any(is_null(item) for item in items)
    tests: dict[int, Callable[[Value], bool]] = {
        Operator.EQUAL: lambda value: sort_key(value) == key,
        Operator.NOT_EQUAL: lambda value: not is_null(value) and sort_key(value) != key,
        Operator.LESS_THAN: lambda value: _comparable(value, key) and sort_key(value) < key,
        Operator.LESS_THAN_OR_EQUAL: lambda value: _comparable(value, key) and sort_key(value) <= key,
        Operator.GREATER_THAN: lambda value: _comparable(value, key) and sort_key(value) > key,
        Operator.GREATER_THAN_OR_EQUAL: lambda value: _comparable(value, key) and sort_key(value) >= key,
        Operator.IN: lambda value: sort_key(value) in keys,
        Operator.NOT_IN: lambda value: not is_null(value) and not has_null and sort_key(value) not in keys,
        Operator.ARRAY_CONTAINS: lambda value: key in _items(value),
        Operator.ARRAY_CONTAINS_ANY: lambda value: not keys.isdisjoint(_items(value)),
    }
    return _chosen(tests, op)


def _chosen(tests: dict[int, Callable[[Value], bool]], op: int) -> Callable[[Value], bool]:
    if op == 0:
        raise invalid("A filter has no operator.")
    if op not in tests:
        raise not_implemented(f"the filter operator {op}")
    return tests[op]


def _comparable(value: Value, key: SortKey) -> bool:
    return sort_key(value)[0] == key[0] and not is_nan(value)


def _items(value: Value) -> set[SortKey]:
    return {sort_key(item) for item in value.array_value.values}
