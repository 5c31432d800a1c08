"""`Records` with both clients, on localcloud and on Google's emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.adapters.firestore import rest_records
from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.records import Create, Merge, Query, Remove, Replace
from shared.domain.errors import AlreadyExists, RevisionChanged
from shared.domain.names import new_task_id
from tests.localcloud.firestore.running import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.adapters.firestore.records import Records
    from tools.throwaway import ThrowawayCloud

MOMENT = datetime(2026, 11, 24, 1, 2, 3, 456789, UTC)
FIELDS = {
    "none": None,
    "yes": True,
    "whole": 2**53 + 1,
    "negative": -7,
    "real": 0.1,
    "round": 3.0,
    "text": 'ñ "🎵"\n',
    "empty": "",
    "bytes": bytes(range(256)),
    "moment": MOMENT,
    "second": MOMENT.replace(microsecond=0),
    "list": [1, "a", None, {"b": [2.5]}],
    "nothing": [],
    "map": {"c": {"d": False}, "e": {}},
}


@pytest.fixture(params=["localcloud", "emulator"])
def ports(request: pytest.FixtureRequest, cloud: ThrowawayCloud) -> tuple[int, int]:
    """host:port for gRPC and for JSON."""
    if request.param == "emulator":
        port: int = request.getfixturevalue("google_port")
        return port, port
    names = ("FIRESTORE_EMULATOR_HOST", "FIRESTORE_REST_EMULATOR_HOST")
    grpc, rest = (int(cloud.environment[name].rpartition(":")[2]) for name in names)
    return grpc, rest


@pytest.fixture
def both(ports: tuple[int, int]) -> Iterator[tuple[Records, Records]]:
    """Both clients on one database."""
    client = Client(ports[0])
    rest = rest_records.records(client.project, "(default)", f"127.0.0.1:{ports[1]}")
    yield GoogleRecords(client), rest
    client.close()


@pytest.fixture(params=["google", "rest"])
def records(request: pytest.FixtureRequest, both: tuple[Records, Records]) -> Records:
    return both[request.param == "rest"]


def test_both_clients_read_the_same_values(both: tuple[Records, Records]) -> None:
    for writer in both:
        path = f"things/{new_task_id()}"
        (written,) = writer.commit(Create(path, FIELDS))
        found = [reader.get(path) for reader in both]

        assert found[0]
        assert found[0] == found[1]
        assert found[0].fields == FIELDS
        assert found[0].revision == written.revision
        assert abs(found[0].created_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_missing_document_is_none(records: Records) -> None:
    assert records.get("things/nowhere") is None


@pytest.mark.parametrize("name", ["a%2Fb", "ñ 🎵", "a?b#c:d", "(x)"])
def test_document_id_may_contain_anything_but_a_slash(records: Records, name: str) -> None:
    records.commit(Create(f"things/{name}", {}))
    found = records.get(f"things/{name}")

    assert (found and found.id) == name


def test_document_is_created_once(records: Records) -> None:
    path = f"things/{new_task_id()}"
    records.commit(Create(path, {"n": 1}))
    with pytest.raises(AlreadyExists):
        records.commit(Create(path, {"n": 2}), Create(f"{path}-other", {}))

    assert records.get(f"{path}-other") is None


def test_replace_sets_whole_fields_if_the_revision_matches(records: Records) -> None:
    path = f"things/{new_task_id()}"
    (first,) = records.commit(Create(path, {"map": {"a": 1, "b": 2}, "kept": 1}))
    (second,) = records.commit(Replace(path, {"map": {"a": 3}}, first.revision))
    found = records.get(path)

    assert found
    assert found.fields == {"map": {"a": 3}, "kept": 1}
    assert second.revision == found.revision != first.revision
    with pytest.raises(RevisionChanged):
        records.commit(Replace(path, {"map": {}}, first.revision))
    records.commit(Remove(path), Remove("things/nowhere"))
    with pytest.raises(RevisionChanged):
        records.commit(Replace(path, {"map": {}}, second.revision))


def test_remove_with_a_revision_fails_if_the_document_changed(records: Records) -> None:
    path = f"things/{new_task_id()}"
    (first,) = records.commit(Create(path, {"n": 1}))
    (second,) = records.commit(Replace(path, {"n": 2}, first.revision))
    with pytest.raises(RevisionChanged):
        records.commit(Remove(path, first.revision))
    assert records.get(path)
    records.commit(Remove(path, second.revision))
    assert records.get(path) is None
    with pytest.raises(RevisionChanged):
        records.commit(Remove(path, second.revision))


def test_merge_creates_the_document_and_returns_transform_results(records: Records) -> None:
    path = f"things/{new_task_id()}"
    results = records.commit(
        Merge(path, {"place": "here"}, added={"z": 5, "a": -2}, at_least={"m": 7}),
        Merge(path, added={"z": 1}, at_least={"m": 3, "b": 0}),
        Merge(path, {"other": None}),
    )
    found = records.get(path)

    assert [dict(one.numbers) for one in results] == [{"z": 5, "a": -2, "m": 7}, {"z": 6, "m": 7, "b": 0}, {}]
    assert found
    assert found.fields == {"place": "here", "other": None, "z": 6, "a": -2, "m": 7, "b": 0}


def test_query_filters_orders_and_starts_after_a_position(records: Records) -> None:
    owner = new_task_id()
    for n in range(6):
        fields = {"owner": owner, "state": "AB"[n % 2], "at": MOMENT + timedelta(seconds=n // 2)}
        records.commit(Create(f"tasks/{owner}-{n}", fields | {"createdAt": fields["at"]}))
    mine = ("owner", "==", owner)

    def ids(query: Query) -> list[int]:
        return [int(record.id[-1]) for record in records.find(query)]

    assert ids(Query("tasks", [mine], 9, "createdAt")) == [0, 1, 2, 3, 4, 5]
    assert ids(Query("tasks", [mine], 2, "createdAt", descending=True)) == [5, 4]
    place = (MOMENT + timedelta(seconds=1), f"{owner}-2")
    assert ids(Query("tasks", [mine], 9, "createdAt", after=place)) == [3, 4, 5]
    assert ids(Query("tasks", [mine, ("state", "==", "B")], 9, "createdAt", after=place)) == [3, 5]
    assert sorted(ids(Query("tasks", [mine, ("state", "in", ["A", "C"])], 9))) == [0, 2, 4]
    assert records.count(Query("tasks", [mine, ("state", "in", ["A", "B"])], 99)) == 6
    assert records.count(Query("tasks", [mine, ("state", "in", ["A", "B"])], 4)) == 4
    assert records.find(Query("tasks", [("owner", "==", "nobody")], 9)) == []
