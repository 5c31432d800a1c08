"""Listeners hear of what happens: the contract."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import FieldFilter

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.localcloud.firestore.running import Client


def test_a_document_listener_receives_creation_change_and_deletion(client: Client) -> None:
    heard: queue.Queue[dict[str, Any] | None] = queue.Queue()
    reference = client.document("songs/one")
    reference.set({"state": "WAITING"})

    def note(documents: list[Any], _changes: object, _time: object) -> None:
        heard.put(documents[0].to_dict() if documents and documents[0].exists else None)

    watch = reference.on_snapshot(note)
    try:
        assert heard.get(timeout=HANG_S) == {"state": "WAITING"}
        reference.update({"state": "PROCESSED"})
        assert heard.get(timeout=HANG_S) == {"state": "PROCESSED"}
        reference.delete()
        assert heard.get(timeout=HANG_S) is None
    finally:
        watch.unsubscribe()


def test_a_query_listener_receives_additions_changes_and_removals(client: Client) -> None:
    heard: queue.Queue[list[tuple[str, str]]] = queue.Queue()
    songs = client.collection("songs")
    songs.document("a").set({"state": "open"})

    def note(_documents: object, changes: list[Any], _time: object) -> None:
        heard.put([(change.type.name, change.document.id) for change in changes])

    watch = songs.where(filter=FieldFilter("state", "==", "open")).on_snapshot(note)
    try:
        assert heard.get(timeout=HANG_S) == [("ADDED", "a")]
        songs.document("b").set({"state": "open"})
        assert heard.get(timeout=HANG_S) == [("ADDED", "b")]
        songs.document("b").set({"state": "open", "n": 1})
        assert heard.get(timeout=HANG_S) == [("MODIFIED", "b")]
        songs.document("a").update({"state": "done"})
        assert heard.get(timeout=HANG_S) == [("REMOVED", "a")]
    finally:
        watch.unsubscribe()
