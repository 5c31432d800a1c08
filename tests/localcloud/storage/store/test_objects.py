"""An object, its bytes and its event go together or not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from localcloud.database import Database
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.blobs import Blobs
from localcloud.storage.store.buckets import Buckets
from localcloud.storage.store.objects import Objects
from localcloud.storage.store.preconditions import ANY
from localcloud.storage.store.uploads import Target, Uploads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from localcloud.storage.store.stored_object import StoredObject


class OutboxFullError(Exception):
    """The event cannot be recorded."""


async def body() -> AsyncIterator[bytes]:
    yield b"x"


class Shelf:
    """A bucket `songs`, with events that fail when asked to and a clock that goes where it is set."""

    def __init__(self, directory: Path) -> None:
        self.blobs = directory
        self.is_full = False
        self.time = time.time()
        self.database = Database(":memory:")
        buckets = Buckets(self.database, self.now)
        buckets.create({"name": "songs"})
        self.objects = Objects(self.database, Blobs(directory), buckets, self.on_finalized, self.now)
        self.uploads = Uploads(self.objects, Blobs(directory))

    def now(self) -> float:
        return self.time

    def on_finalized(self, _: StoredObject) -> None:
        if self.is_full:
            raise OutboxFullError

    def put(self, name: str) -> StoredObject:
        """Upload one byte."""
        upload = self.uploads.store(Target("songs", name), body())
        return run(upload.send)


def run(send: Callable[[None], object]) -> StoredObject:
    """Drive a coroutine that never has to wait; its result."""
    try:
        send(None)
    except StopIteration as ended:
        result: StoredObject = ended.value
        return result
    raise AssertionError("it waited")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "blobs")
    yield made
    made.database.close()


def test_an_event_that_cannot_be_recorded_leaves_what_was(shelf: Shelf) -> None:
    before = shelf.put("a")
    shelf.is_full = True
    with pytest.raises(OutboxFullError):
        shelf.put("a")
    with pytest.raises(OutboxFullError):
        shelf.put("b")

    assert shelf.objects.find("songs", "a") == before
    assert shelf.objects.find("songs", "b") is None
    assert [path.name for path in shelf.blobs.iterdir()] == [before.blob]


def test_generations_grow_even_when_the_clock_goes_back(shelf: Shelf) -> None:
    first = shelf.put("a").generation
    shelf.time -= 3600
    second = shelf.put("a").generation
    shelf.objects.delete(shelf.objects.get("songs", "a"), ANY)
    third = shelf.put("a").generation

    assert first < second < third


def test_bytes_that_no_row_names_are_swept(shelf: Shelf) -> None:
    kept = shelf.put("a")
    (shelf.blobs / "left-by-a-crash").write_bytes(b"x")
    Blobs(shelf.blobs).sweep(shelf.objects.blobs_in_use())

    assert [path.name for path in shelf.blobs.iterdir()] == [kept.blob]


def test_attributes_merge_as_the_patch_says() -> None:
    old = Attributes(content_type="a/b", cache_control="no-store", metadata={"k": "1", "l": "2"})
    new = old.merged_with({"cacheControl": None, "metadata": {"k": None, "m": "3"}, "size": "7"})

    assert new == Attributes(content_type="a/b", metadata={"l": "2", "m": "3"})
    assert old.merged_with({"metadata": None}).metadata == {}
    assert old.merged_with({}) == old
