"""Which queries the service always refuses, with any data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.firestore.model.errors import invalid, not_implemented
from localcloud.firestore.model.field_paths import NAME
from localcloud.firestore.query.shape import (
    ARRAY_OPERATORS,
    UNARY_INEQUALITIES,
    Operator,
    disjuncts,
    full_order,
    has_or,
    is_unary,
    leaves,
)

if TYPE_CHECKING:
    from localcloud.firestore.model.messages import Message, StructuredQuery

DISJUNCTIONS_MAX = 30
NOT_IN_MAX = 10
_NEGATIONS = frozenset({Operator.NOT_EQUAL, Operator.NOT_IN})
_LIST_OPERATORS = frozenset({Operator.IN, Operator.NOT_IN, Operator.ARRAY_CONTAINS_ANY})


def check(query: StructuredQuery) -> None:
    """Refuse what no data could make valid.

    Raises:
        StatusError: INVALID_ARGUMENT, or UNIMPLEMENTED for a feature that is not here.
    """
    if query.HasField("find_nearest"):
        raise not_implemented("find_nearest (vector search)")
    if len(query.from_) > 1:
        raise invalid("A query can only have one collection selector.")
    if query.offset < 0 or query.limit.value < 0:
        raise invalid("Limit and offset must not be negative.")
    for cursor in (query.start_at, query.end_at):
        if len(cursor.values) > len(full_order(query)):
            raise invalid("Cursor has too many values.")
    for leaf in leaves(query.where):
        _check_leaf(leaf)
    _check_combinations(query)


def _check_leaf(leaf: Message) -> None:
    if is_unary(leaf):
        return
    if leaf.op in _LIST_OPERATORS:
        values = leaf.value.array_value.values
        if leaf.value.WhichOneof("value_type") != "array_value" or not values:
            raise invalid(f"'{Operator(leaf.op).name}' requires a non-empty ArrayValue.")
        limit = NOT_IN_MAX if leaf.op == Operator.NOT_IN else DISJUNCTIONS_MAX
        if len(values) > limit:
            raise invalid(f"'{Operator(leaf.op).name}' supports up to {limit} comparison values.")
    elif leaf.field.field_path == NAME and leaf.value.WhichOneof("value_type") != "reference_value":
        raise invalid("__key__ filter value must be a Key")


def _check_combinations(query: StructuredQuery) -> None:
    operators = [leaf.op for leaf in leaves(query.where) if not is_unary(leaf)]
    unary = [leaf.op for leaf in leaves(query.where) if is_unary(leaf)]
    negations = sum(op in _NEGATIONS for op in operators) + sum(op in UNARY_INEQUALITIES for op in unary)
    if negations > 1:
        raise invalid(
            "Only a single 'NOT_EQUAL', 'NOT_IN', 'IS_NOT_NAN', or 'IS_NOT_NULL' filter allowed per query."
        )
    exclusive = not {Operator.IN, Operator.ARRAY_CONTAINS_ANY}.isdisjoint(operators) or has_or(query.where)
    if Operator.NOT_IN in operators and exclusive:
        raise invalid("'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.")
    total = 0
    for conjunction in disjuncts(query.where):
        fields = [leaf for leaf in conjunction if not is_unary(leaf)]
        if sum(leaf.op in ARRAY_OPERATORS for leaf in fields) > 1:
            raise invalid("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.")
        width = 1
        for leaf in fields:
            if leaf.op in (Operator.IN, Operator.ARRAY_CONTAINS_ANY):
                width *= len(leaf.value.array_value.values)
        total += width
    if total > DISJUNCTIONS_MAX:
        raise invalid(f"The query has {total} disjunctions; the maximum is {DISJUNCTIONS_MAX}.")
