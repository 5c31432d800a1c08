"""Queries and aggregations: the contract."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.firestore import And, FieldFilter, Or, Query

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference

    from tests.localcloud.firestore.running import Client


@pytest.fixture
def songs(client: Client) -> CollectionReference:
    songs = client.collection("songs")
    batch = client.batch()
    documents: dict[str, dict[str, object]] = {
        "a": {"n": 1, "kind": "x", "tags": ["t", "u"]},
        "b": {"n": 2.5, "kind": "y", "tags": ["u"]},
        "c": {"n": 3, "kind": "x", "other": None},
        "d": {"n": "text", "kind": "y"},
        "e": {"n": math.nan, "kind": "z"},
        "f": {"kind": "z", "n": None},
        "g": {"kind": "w"},
    }
    for name, fields in documents.items():
        batch.set(songs.document(name), fields)
    batch.commit()
    return songs


def ids(query: Query) -> str:
    return "".join(one.id for one in query.stream(timeout=HANG_S))


@pytest.mark.parametrize(
    ("field", "operator", "operand", "expected"),
    [
        ("kind", "==", "x", "ac"),
        ("n", "==", None, "f"),
        ("n", "==", math.nan, "e"),
        ("n", "<", 3, "ab"),
        ("n", ">=", 2.5, "bc"),
        ("n", ">", "a", "d"),
        ("kind", "!=", "x", "gbdef"),
        ("kind", "in", ["w", "z"], "efg"),
        ("kind", "not-in", ["w", "z"], "acbd"),
        ("tags", "array_contains", "u", "ab"),
        ("tags", "array_contains_any", ["t", "z"], "a"),
        ("missing", "==", 1, ""),
        ("n", "in", [None, math.nan, 1], "a"),
        ("n", "not-in", [math.nan, 1], "ebcd"),
    ],
)
def test_a_filter_keeps(
    songs: CollectionReference, field: str, operator: str, operand: object, expected: str
) -> None:
    assert ids(songs.where(filter=FieldFilter(field, operator, operand))) == expected


def test_conditions_combine_and_a_compared_field_must_be_there(songs: CollectionReference) -> None:
    small_x = And([FieldFilter("kind", "==", "x"), FieldFilter("n", "<", 2)])

    assert ids(songs.where(filter=Or([small_x, FieldFilter("kind", "==", "z")]))) == "fea"


def test_values_sort_by_type_first(songs: CollectionReference) -> None:
    assert ids(songs.order_by("n")) == "feabcd"
    assert ids(songs.order_by("n", direction=Query.DESCENDING)) == "dcbaef"


def test_several_orders_break_ties(songs: CollectionReference) -> None:
    assert ids(songs.order_by("kind").order_by("n", direction=Query.DESCENDING)) == "cadbef"


def test_cursors_bound_a_query(songs: CollectionReference) -> None:
    by_n = songs.order_by("n")

    assert ids(by_n.start_at({"n": 1}).end_before({"n": "text"})) == "abc"
    assert ids(by_n.start_after(songs.document("b").get())) == "cd"


def test_limit_offset_and_the_last_ones(songs: CollectionReference) -> None:
    by_n = songs.order_by("n")

    assert ids(by_n.limit(2)) == "fe"
    assert ids(by_n.offset(4)) == "cd"
    assert [one.id for one in by_n.limit_to_last(2).get()] == ["c", "d"]


def test_a_projection_shows_only_its_fields(songs: CollectionReference) -> None:
    found = songs.where(filter=FieldFilter("kind", "==", "x")).select(["n"]).stream()

    assert [one.to_dict() for one in found] == [{"n": 1}, {"n": 3}]


def test_a_collection_group_is_found_at_every_depth(client: Client) -> None:
    client.document("notes/1").set({"a": 1})
    client.document("songs/x/notes/2").set({"a": 1})

    assert sorted(one.id for one in client.collection_group("notes").stream()) == ["1", "2"]


def test_count_sum_and_average(songs: CollectionReference) -> None:
    known = songs.where(filter=FieldFilter("n", ">=", 1))

    asked: Any = known.count(alias="count")  # the client's aggregations are typed as unbound functions
    asked = asked.sum("n", alias="sum").avg("n", alias="average")
    (results,) = list(asked.stream(timeout=HANG_S))
    assert {one.alias: one.value for one in results} == {
        "count": 3,
        "sum": 6.5,
        "average": pytest.approx(6.5 / 3),
    }


def test_numeric_ids_sort_first(client: Client) -> None:
    for name in ("b", "__id10__", "__id9__", "B"):
        client.collection("c").document(name).set({})

    assert [one.id for one in client.collection("c").stream()] == ["__id9__", "__id10__", "B", "b"]


@pytest.mark.parametrize(
    ("operator", "operand"),
    [("in", []), ("in", list(range(31))), ("not-in", list(range(11)))],
)
def test_a_list_too_short_or_too_long_is_refused(client: Client, operator: str, operand: list[int]) -> None:
    with pytest.raises(InvalidArgument):
        ids(client.collection("c").where(filter=FieldFilter("n", operator, operand)))
