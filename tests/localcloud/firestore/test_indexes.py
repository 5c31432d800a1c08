"""A query without an index is refused as in the cloud, before it is deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import FailedPrecondition
from google.cloud.firestore import FieldFilter, Query

from localcloud.firestore.indexes.requirements import IndexRules
from tests.localcloud.firestore.running import Client, Local
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from google.cloud.firestore import CollectionReference

INDEXES = {
    "indexes": [
        {
            "collectionGroup": "tasks",
            "queryScope": "COLLECTION",
            "fields": [
                {"fieldPath": "owner", "order": "ASCENDING"},
                {"fieldPath": "createdAt", "order": "DESCENDING"},
            ],
        },
        {
            "collectionGroup": "tasks",
            "queryScope": "COLLECTION",
            "fields": [
                {"fieldPath": "state", "order": "ASCENDING"},
                {"fieldPath": "createdAt", "order": "DESCENDING"},
            ],
        },
    ],
    "fieldOverrides": [
        {"collectionGroup": "tasks", "fieldPath": "expireAt", "ttl": True, "indexes": []},
        {
            "collectionGroup": "tasks",
            "fieldPath": "nonce",
            "indexes": [{"order": "ASCENDING", "queryScope": "COLLECTION_GROUP"}],
        },
    ],
}
DOWN = Query.DESCENDING


def rules(tmp_path: Path) -> IndexRules:
    path = tmp_path / "firestore.indexes.json"
    path.write_text(json.dumps(INDEXES))
    return IndexRules.from_file(path)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("indexes")
    local = Local(folder, rules(folder))
    client = Client(local.port)
    yield client
    client.close()
    local.close()


def where(query: Query | CollectionReference, *filters: tuple[str, str, object]) -> Query:
    narrowed = query.limit(5)
    for one in filters:
        narrowed = narrowed.where(filter=FieldFilter(*one))
    return narrowed


def group(tasks: CollectionReference) -> Query:
    everywhere: Query = tasks._client.collection_group("tasks")
    return everywhere


SERVED: list[Callable[[CollectionReference], Query]] = [
    where,
    lambda tasks: where(tasks, ("owner", "==", "a")),
    lambda tasks: where(tasks, ("owner", "==", "a"), ("state", "==", "b"), ("n", "==", 1)),
    lambda tasks: where(tasks, ("tags", "array_contains", "a"), ("state", "==", "b")),
    lambda tasks: where(tasks, ("n", ">", 1), ("n", "<", 5)).order_by("n", direction=DOWN),
    lambda tasks: tasks.order_by("n", direction=DOWN),
    lambda tasks: where(tasks, ("owner", "==", "a")).order_by("createdAt", direction=DOWN),
    lambda tasks: where(tasks, ("owner", "in", ["a", "b"])).order_by("createdAt", direction=DOWN),
    lambda tasks: where(tasks, ("owner", "==", "a"), ("state", "==", "b")).order_by(
        "createdAt", direction=DOWN
    ),
    lambda tasks: where(tasks, ("owner", "==", "a"), ("createdAt", "<", 5)).order_by(
        "createdAt", direction=DOWN
    ),
    lambda tasks: where(tasks, ("owner", "==", "a")).order_by("owner"),
    lambda tasks: where(group(tasks), ("nonce", "==", "a")),
    group,
]
REFUSED: list[tuple[Callable[[CollectionReference], Query], str]] = [
    (
        lambda tasks: where(tasks, ("owner", "==", "a")).order_by("createdAt"),
        "tasks .*COLLECTION.* owner ASCENDING, createdAt ASCENDING",
    ),
    (lambda tasks: where(tasks, ("kind", "==", 1)).order_by("createdAt", direction=DOWN), "kind ASCENDING"),
    (lambda tasks: where(tasks, ("owner", "==", 1), ("n", ">", 1)), "owner ASCENDING, n ASCENDING"),
    (lambda tasks: where(tasks, ("a", ">", 1), ("b", "<", 1)), "a ASCENDING, b ASCENDING"),
    (lambda tasks: tasks.order_by("a").order_by("b", direction=DOWN), "a ASCENDING, b DESCENDING"),
    (lambda tasks: where(tasks, ("tags", "array_contains", 1)).order_by("n"), "tags CONTAINS, n ASCENDING"),
    (lambda tasks: where(tasks, ("expireAt", "==", 1)), "expireAt ASCENDING"),
    (lambda tasks: tasks.order_by("__name__", direction=DOWN), "__name__ DESCENDING"),
    (lambda tasks: where(group(tasks), ("owner", "==", 1)), "COLLECTION_GROUP.* owner ASCENDING"),
]


@pytest.mark.parametrize("build", SERVED)
def test_a_query_with_an_index_runs(client: Client, build: Callable[[CollectionReference], Query]) -> None:
    assert list(build(client.collection("tasks")).stream()) == []


@pytest.mark.parametrize(("build", "named"), REFUSED)
def test_a_query_without_an_index_is_refused_and_the_index_is_named(
    client: Client, build: Callable[[CollectionReference], Query], named: str
) -> None:
    with pytest.raises(FailedPrecondition, match=f"The query requires an index.*{named}"):
        list(build(client.collection("tasks")).stream())


def test_a_sum_needs_its_field_in_the_index(client: Client) -> None:
    owned: Any = where(client.collection("tasks"), ("owner", "==", "a"))

    with pytest.raises(FailedPrecondition, match="owner ASCENDING, size ASCENDING"):
        list(owned.sum("size").stream(timeout=HANG_S))


def test_the_file_names_the_fields_by_which_documents_expire(tmp_path: Path) -> None:
    assert rules(tmp_path).ttl == (("tasks", "expireAt"),)


def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "firestore.indexes.json"
    path.write_text('{"indexes": [{"fields": []}]}')

    with pytest.raises(ValueError, match=r"firestore\.indexes\.json"):
        IndexRules.from_file(path)
