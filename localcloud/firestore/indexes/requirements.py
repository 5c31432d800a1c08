"""Whether the cloud's indexes could answer a query, so that a missing one is noticed before deploying.

Every field is indexed by itself, in both directions and for array membership, within its collection.
Filters on equality alone are answered by merging such indexes. A query that also sorts, or compares a
range, needs for each part of it a composite index: some of its equality fields, then exactly its sort
order; several may be merged until every equality field is covered. No index is read backwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from localcloud.firestore.indexes.index_file import (
    ASCENDING,
    COLLECTION,
    COLLECTION_GROUP,
    CONTAINS,
    DESCENDING,
    IndexField,
    IndexFile,
    SingleFieldIndex,
    read_index_file,
)
from localcloud.firestore.model.errors import failed_precondition
from localcloud.firestore.model.field_paths import NAME
from localcloud.firestore.query.shape import (
    ARRAY_OPERATORS,
    disjuncts,
    full_order,
    is_inequality,
    is_unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Self

    from localcloud.firestore.model.messages import Message, StructuredQuery
    from localcloud.firestore.query.shape import Order

_AUTOMATIC = frozenset(SingleFieldIndex(COLLECTION, mode) for mode in (ASCENDING, DESCENDING, CONTAINS))


class IndexRequirement(NamedTuple):
    """What one conjunction of a query asks of the indexes.

    Attributes:
        points: fields compared for equality (ASCENDING) or array membership (CONTAINS).
        order: the fields sorted by after them, without the document's name at the end.
        name_mode: the direction of the document's name.
    """

    group: str
    scope: str
    points: frozenset[IndexField]
    order: tuple[IndexField, ...]
    name_mode: str


class IndexRules:
    """The indexes there are, and the fields by which documents expire."""

    def __init__(self, file: IndexFile | None) -> None:
        self._file = file
        self.ttl = file.ttl if file else ()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Rules from a `firestore.indexes.json`.

        Raises:
            ValueError: the file is not of that form.
        """
        return cls(read_index_file(path))

    @classmethod
    def allow_all(cls, ttl: Iterable[tuple[str, str]] = ()) -> Self:
        """Rules under which any query may run; `ttl` as the file would give it."""
        rules = cls(None)
        rules.ttl = tuple(ttl)
        return rules

    def check(self, query: StructuredQuery, aggregated: Sequence[str] = ()) -> None:
        """Refuse a query for which there is no index.

        Args:
            query: what to answer.
            aggregated: fields to sum or average over its results.

        Raises:
            StatusError: FAILED_PRECONDITION, naming the collection group and the fields.
        """
        if self._file is None or not query.from_:
            return
        for conjunction in disjuncts(query.where):
            requirement = _requirement(query, conjunction, aggregated)
            if not self._is_satisfied(requirement):
                raise failed_precondition(_sentence(requirement))

    def _is_satisfied(self, requirement: IndexRequirement) -> bool:
        if not requirement.order:
            by_direction = requirement.name_mode == ASCENDING or bool(requirement.points)
            if by_direction and all(self._has_single(requirement, field) for field in requirement.points):
                return True
        elif (
            not requirement.points
            and len(requirement.order) == 1
            and requirement.name_mode == requirement.order[0].mode
        ):
            return self._has_single(requirement, requirement.order[0]) or self._has_composites(requirement)
        return self._has_composites(requirement)

    def _has_single(self, requirement: IndexRequirement, field: IndexField) -> bool:
        overrides = (self._file.overrides if self._file else None) or {}
        indexes = overrides.get(
            (requirement.group, field.path), overrides.get((requirement.group, "*"), _AUTOMATIC)
        )
        return SingleFieldIndex(requirement.scope, field.mode) in indexes

    def _has_composites(self, requirement: IndexRequirement) -> bool:
        """Whether indexes that end in the order cover all equality fields between them."""
        covered: set[IndexField] = set()
        found = False
        for index in self._file.composites if self._file else ():
            if (index.group, index.scope) != (requirement.group, requirement.scope):
                continue
            fields = _with_name(index.fields)
            tail = (*requirement.order, IndexField(NAME, requirement.name_mode))
            head = {_as_point(field) for field in fields[: -len(tail)]}
            if fields[-len(tail) :] == tail and head <= requirement.points:
                found = True
                covered |= head
        return found and covered == requirement.points


def _requirement(
    query: StructuredQuery, conjunction: Iterable[Message], aggregated: Sequence[str]
) -> IndexRequirement:
    points = frozenset(
        IndexField(leaf.field.field_path, _point_mode(leaf))
        for leaf in conjunction
        if not is_inequality(leaf) and leaf.field.field_path != NAME
    )
    fixed = {field.path for field in points if field.mode == ASCENDING}
    orders = [order for order in full_order(query) if order.path not in fixed]
    *leading, last = orders
    fields = [_index_field(order) for order in (leading if last.path == NAME else orders)]
    known = fixed | {field.path for field in fields}
    fields += [IndexField(path, ASCENDING) for path in aggregated if path not in known]
    scope = COLLECTION_GROUP if query.from_[0].all_descendants else COLLECTION
    name_mode = _index_field(last).mode
    return IndexRequirement(query.from_[0].collection_id, scope, points, tuple(fields), name_mode)


def _point_mode(leaf: Message) -> str:
    return CONTAINS if not is_unary(leaf) and leaf.op in ARRAY_OPERATORS else ASCENDING


def _index_field(order: Order) -> IndexField:
    return IndexField(order.path, DESCENDING if order.descending else ASCENDING)


def _as_point(field: IndexField) -> IndexField:
    """For equality the direction of an index field does not matter."""
    return field if field.mode == CONTAINS else IndexField(field.path, ASCENDING)


def _with_name(fields: tuple[IndexField, ...]) -> tuple[IndexField, ...]:
    """An index ends in the document's name, in the direction of its last field unless it says otherwise."""
    if fields and fields[-1].path == NAME:
        return fields
    last = fields[-1].mode if fields and fields[-1].mode != CONTAINS else ASCENDING
    return (*fields, IndexField(NAME, last))


def _sentence(requirement: IndexRequirement) -> str:
    wanted = (*sorted(requirement.points, key=lambda field: field.path), *requirement.order)
    if not requirement.order:
        wanted = (*wanted, IndexField(NAME, requirement.name_mode))
    fields = ", ".join(f"{field.path} {field.mode}" for field in wanted)
    return (
        f"The query requires an index. Add one to firestore.indexes.json for the collection group "
        f"{requirement.group} (query scope {requirement.scope}) with the fields: {fields}."
    )
