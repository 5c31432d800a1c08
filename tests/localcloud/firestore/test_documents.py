"""Documents, preconditions, masks and transforms: the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from google.cloud import firestore
from google.cloud.firestore_v1 import GeoPoint
from google.cloud.firestore_v1.vector import Vector

if TYPE_CHECKING:
    from google.cloud.firestore_v1 import DocumentReference

    from tests.localcloud.firestore.running import Client


def song(client: Client, **fields: object) -> DocumentReference:
    reference = client.collection("songs").document("one")
    reference.set(fields)
    return reference


def test_every_type_of_value_is_read_back_unchanged(client: Client) -> None:
    fields = {
        "null": None,
        "truth": True,
        "integer": 2**63 - 1,
        "double": -0.5,
        "time": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "text": "naïve 🎵",
        "bytes": b"\x00\xff",
        "place": GeoPoint(52.5, 13.4),
        "list": [1, "two", {"three": 3}],
        "map": {"a b": {"`": [None]}},
        "vector": Vector([1.0, 2.0]),
    }

    reference = song(client, **fields)

    assert reference.get().to_dict() == fields


def test_a_missing_document_does_not_exist(client: Client) -> None:
    assert not client.document("songs/none").get().exists


def test_create_refuses_a_document_that_is_there(client: Client) -> None:
    reference = song(client)

    with pytest.raises(AlreadyExists):
        reference.create({})


def test_update_refuses_a_document_that_is_not_there(client: Client) -> None:
    with pytest.raises(NotFound):
        client.document("songs/none").update({"a": 1})


def test_an_update_of_an_older_version_is_refused(client: Client) -> None:
    reference = song(client, a=1)
    old = reference.get().update_time
    reference.update({"a": 2})

    with pytest.raises(FailedPrecondition):
        reference.update({"a": 3}, option=client.write_option(last_update_time=old))
    assert reference.get().to_dict() == {"a": 2}


def test_an_update_of_the_latest_version_goes_through(client: Client) -> None:
    reference = song(client, a=1)

    reference.update({"a": 2}, option=client.write_option(last_update_time=reference.get().update_time))

    assert reference.get().to_dict() == {"a": 2}


def test_deleting_twice_is_fine_unless_it_must_exist(client: Client) -> None:
    reference = song(client)

    reference.delete()
    reference.delete()

    with pytest.raises(NotFound):
        reference.delete(option=client.write_option(exists=True))


def test_an_update_touches_only_its_field_paths(client: Client) -> None:
    reference = song(client, map={"a": 1, "b": {"c": 2, "d": 3}}, gone=1, kept=1)

    reference.update({"map.b.c": 9, "gone": firestore.DELETE_FIELD, "fresh.`odd.name`": 1})

    assert reference.get().to_dict() == {
        "map": {"a": 1, "b": {"c": 9, "d": 3}},
        "kept": 1,
        "fresh": {"odd.name": 1},
    }


def test_set_with_merge_keeps_the_other_fields(client: Client) -> None:
    reference = song(client, a=1, map={"x": 1, "y": 2})

    reference.set({"map": {"x": 5}}, merge=True)

    assert reference.get().to_dict() == {"a": 1, "map": {"x": 5, "y": 2}}


def test_set_without_merge_replaces(client: Client) -> None:
    reference = song(client, a=1)

    reference.set({"b": 2})

    assert reference.get().to_dict() == {"b": 2}


def test_the_create_time_stays_and_the_update_time_moves(client: Client) -> None:
    reference = song(client, a=1)
    first = reference.get()

    reference.update({"a": 2})

    second = reference.get()
    assert second.create_time == first.create_time
    assert second.update_time > first.update_time


@pytest.mark.parametrize(
    ("old", "transform", "new"),
    [
        (5, firestore.Increment(2), 7),
        (5, firestore.Increment(0.5), 5.5),
        ("text", firestore.Increment(2), 2),
        (2**63 - 1, firestore.Increment(1), 2**63 - 1),
        (5, firestore.Maximum(7), 7),
        (5, firestore.Maximum(3), 5),
        (5, firestore.Minimum(3), 3),
        ([1, 2], firestore.ArrayUnion([2, 3, 3]), [1, 2, 3]),
        ([1, 2, 1], firestore.ArrayRemove([1]), [2]),
        ("text", firestore.ArrayUnion([1]), [1]),
    ],
)
def test_a_transform_starts_from_what_is_there(
    client: Client, old: object, transform: object, new: object
) -> None:
    reference = song(client, field=old)

    reference.update({"field": transform})

    assert reference.get().to_dict() == {"field": new}


def test_a_server_timestamp_is_the_time_of_the_write(client: Client) -> None:
    # The server rounds it down to milliseconds.
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    reference = song(client, at=firestore.SERVER_TIMESTAMP)

    assert before <= reference.get().get("at") <= datetime.now(UTC)


def test_a_mask_of_a_read_projects(client: Client) -> None:
    reference = song(client, a={"b": 1, "c": 2}, d=3)

    assert reference.get(["a.b"]).to_dict() == {"a": {"b": 1}}


def test_a_batch_is_all_or_nothing(client: Client) -> None:
    there = song(client)
    fresh = client.document("songs/two")
    batch = client.batch()
    batch.set(fresh, {"a": 1})
    batch.create(there, {})

    with pytest.raises(AlreadyExists):
        batch.commit()
    assert not fresh.get().exists


def test_a_bulk_batch_reports_each_write_by_itself(client: Client) -> None:
    there = song(client)
    fresh = client.document("songs/two")
    writer = client.bulk_writer()
    failures: list[str] = []

    def note(error: Any, _: object) -> bool:
        failures.append(error.message)
        return False

    writer.on_write_error(note)
    writer.create(there, {})
    writer.create(fresh, {"a": 1})
    writer.close()

    assert len(failures) == 1
    assert fresh.get().exists


def test_a_document_over_one_mebibyte_is_refused(client: Client) -> None:
    with pytest.raises(InvalidArgument):
        song(client, text="x" * 1_048_577)


def test_many_documents_are_read_in_one_call(client: Client) -> None:
    song(client, a=1)

    found = {
        one.id: one.exists
        for one in client.get_all([client.document("songs/one"), client.document("songs/x")])
    }

    assert found == {"one": True, "x": False}


def test_collections_and_documents_are_listed(client: Client) -> None:
    song(client)
    client.document("songs/missing/notes/n").set({})
    client.document("songs/one/notes/n").set({})

    assert [one.id for one in client.collections()] == ["songs"]
    assert [one.id for one in client.document("songs/one").collections()] == ["notes"]
    assert {one.id for one in client.collection("songs").list_documents()} == {"missing", "one"}
    assert [one.id for one in client.collection("songs").list_documents(page_size=1)] == ["missing", "one"]
