"""Documents, writes and queries drawn from a seed, awkward on purpose."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from google.cloud import firestore
from google.cloud.firestore import And, FieldFilter, GeoPoint, Or, Query

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from google.cloud.firestore import CollectionReference
    from google.cloud.firestore_v1.base_query import BaseFilter

FIELDS = ("a", "b", "c", "m.x", "m.y")
IDS = [f"d{number}" for number in range(40)]
SCALARS: list[Any] = [
    None, True, False, 0, 1, 2, 3, -1, 1.0, 2.5, -0.0, math.nan, math.inf, -math.inf, 2**53 + 1, "", "a", "b",
    "ä", "🎵", b"", b"\x01", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
    GeoPoint(0, 0), GeoPoint(0, 1), GeoPoint(-1, 5),
]  # fmt: skip
OPERATORS = ["==", "==", "<", "<=", ">", ">=", "!=", "in", "not-in", "array_contains", "array_contains_any"]
DIRECTIONS = [Query.ASCENDING, Query.DESCENDING]


def value(random: Random, depth: int = 0) -> Any:
    kind = random.random()
    if depth < 1 and kind < 0.15:
        return [value(random, depth + 1) for _ in range(random.randrange(4))]
    if depth < 2 and kind > 0.9:
        return {random.choice("xyz"): value(random, depth + 1) for _ in range(random.randrange(3))}
    return random.choice(SCALARS)


def document(random: Random) -> dict[str, Any]:
    fields = {name: value(random) for name in "abc" if random.random() < 0.8}
    if random.random() < 0.5:
        fields["m"] = {"x": value(random, 1), "y": value(random, 1)}
    return fields


def change(random: Random) -> Any:
    """What an update may put at a field path."""
    number = random.choice([1, -2, 0.5, 2**62])
    kinds: list[Callable[[], Any]] = [
        lambda: value(random),
        lambda: firestore.DELETE_FIELD,
        lambda: firestore.Increment(number),
        lambda: firestore.Maximum(number),
        lambda: firestore.Minimum(number),
        lambda: firestore.ArrayUnion([value(random, 1), random.choice(SCALARS)]),
        lambda: firestore.ArrayRemove([random.choice(SCALARS), 1]),
    ]
    return random.choice(kinds)()


def write(random: Random, collection: CollectionReference) -> None:
    """One write of a random kind; what the server says to it is raised."""
    reference = collection.document(random.choice(IDS))
    kind = random.choice(["set", "set", "create", "merge", "update", "update", "update", "delete"])
    if kind == "update":
        reference.update({path: change(random) for path in random.sample(FIELDS, random.randrange(1, 3))})
    elif kind == "delete":
        reference.delete()
    elif kind == "create":
        reference.create(document(random))
    else:
        reference.set(document(random), merge=kind == "merge")


def query(random: Random, collection: CollectionReference) -> Query:
    """Filters, orders, cursors, limits: sometimes such as no server accepts."""
    built = collection.limit(random.choice([1, 3, 10, 100]))
    filters: list[BaseFilter] = [_filter(random) for _ in range(random.choice([0, 1, 1, 2, 3]))]
    if len(filters) > 1 and random.random() < 0.4:
        built = built.where(filter=random.choice([And, Or])(filters))
    else:
        for one in filters:
            built = built.where(filter=one)
    orders = random.sample(FIELDS, random.choice([0, 0, 1, 2]))
    for path in orders:
        built = built.order_by(path, direction=random.choice(DIRECTIONS))
    if orders and random.random() < 0.4:
        bound = [random.choice(SCALARS) for _ in orders]
        bounds = [built.start_at, built.start_after, built.end_at, built.end_before]
        built = random.choice(bounds)(bound)
    if random.random() < 0.2:
        built = built.offset(random.randrange(4))
    if random.random() < 0.2:
        built = built.select(random.sample(FIELDS, 2))
    return built


def _filter(random: Random) -> FieldFilter:
    operator = random.choice(OPERATORS)
    path = random.choice(FIELDS)
    if operator in {"in", "not-in", "array_contains_any"}:
        return FieldFilter(path, operator, [random.choice(SCALARS) for _ in range(random.randrange(1, 4))])
    return FieldFilter(path, operator, value(random, 1))
